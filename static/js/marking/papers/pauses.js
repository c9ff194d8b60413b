/* When a marker is reminded of a break: after 25 papers or 90 minutes without a pause of ten. Pure; times in ms.

   `since` is when this stretch of work began, `last` when something was last done, `papers` how many were opened in it,
   `code` the paper in view. `later` is set where the marker put the reminder off. */

const MINUTE = 60000;
export const MOST_PAPERS = 25;
export const MOST_TIME = 90 * MINUTE;
export const PAUSE = 10 * MINUTE;
export const LATER = { papers: 10, time: 20 * MINUTE };

export const begin = (now) => ({ since: now, last: now, papers: 0, code: null, later: null });

/** Something was done. After ten minutes of nothing a new stretch of work begins. */
export function worked(state, now) {
  if (now - state.last < PAUSE && now >= state.last) return { ...state, last: now };
  return { ...begin(now), code: state.code };
}

/** Another paper has come into view; `counts` where papers are marked one by one. */
export function opened(state, now, code, counts = true) {
  const then = worked(state, now);
  return { ...then, code, papers: then.papers + (counts ? 1 : 0) };
}

export const putOff = (state, now) => ({ ...state, later: { at: now + LATER.time, papers: state.papers + LATER.papers } });

export const rested = (state, now) => ({ ...begin(now), code: state.code });

/** Tell whether to remind now: never somebody who is away from the desk already. */
export function isDue({ since, last, papers, later }, now) {
  if (now - last >= PAUSE) return false;
  const isLong = papers >= MOST_PAPERS || now - since >= MOST_TIME;
  return isLong && (later === null || now >= later.at || papers >= later.papers);
}

/** Say why, in words. */
export function reasonOf({ since, papers }, now) {
  const minutes = Math.floor((now - since) / MINUTE);
  const done = papers >= MOST_PAPERS ? `opened ${papers} papers` : `worked for ${minutes} minutes`;
  return `You have ${done} without a break. Judgements drift as one tires: a few minutes away from the desk help.`;
}
