/* Two tabs of one draft: one writes, the others read, and any of them may take over.

   A lock says who writes; a channel asks the writer to let go, so that its words are sent first. Where the browser has
   no locks every tab writes, and the revision each save is based on keeps both texts. */

const ASKED_FOR = 6000;

/** Join the tabs of `draft`. `letGo` makes this tab read only and sends what it has, giving a promise; `lost` hears that
    another one writes now, `free` that nobody does and this one may, `heard` that the one that writes has saved. */
export function joinTabs({ draft, tab, letGo, lost, free, heard }) {
  const name = `assay.draft.${draft}`;
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null;
  let release = null;
  let waiting = null;

  const hold = (options) =>
    new Promise((answer) => {
      let held = false;
      const request = navigator.locks.request(name, options, (lock) => {
        answer(Boolean(lock));
        if (!lock) return undefined;
        held = true;
        return new Promise((done) => {
          release = done;
        });
      });
      request.catch(() => {
        answer(false);
        if (!held) return;
        release = null;
        lost();
        wait();
      });
    });

  async function wait() {
    waiting?.abort();
    waiting = new AbortController();
    if (await hold({ signal: waiting.signal })) free();
  }

  const asked = new Map();

  channel?.addEventListener("message", async ({ data }) => {
    if (data.wants && release) {
      await letGo();
      channel.postMessage({ given: data.wants });
    }
    if (data.saved && waiting && !release) heard();
    if (data.given) asked.get(data.given)?.();
  });

  return {
    /** Tell whether this tab is the one that writes; otherwise it waits for its turn. */
    async begin() {
      if (!navigator.locks) return true;
      const first = await hold({ ifAvailable: true });
      if (!first) wait();
      return first;
    },
    /** Become the one that writes. The other tab is asked first; one that does not answer is passed over. */
    async takeOver() {
      if (!navigator.locks || release) return;
      const given = new Promise((done) => asked.set(tab, done));
      channel?.postMessage({ wants: tab });
      await Promise.race([given, new Promise((done) => setTimeout(done, channel ? ASKED_FOR : 0))]);
      asked.delete(tab);
      waiting?.abort();
      await hold({ steal: true });
    },
    /** Tell the tabs that read that there is something new. */
    saved() {
      channel?.postMessage({ saved: true });
    },
    /** Leave, for good or to the back/forward cache. */
    leave() {
      waiting?.abort();
      release?.();
      release = null;
    },
  };
}
