/* Where a place of the textarea's text is on the screen: the text is laid out once more, unseen, with the same measures. */

const SAME = [
  "boxSizing", "width", "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "borderTopWidth", "borderLeftWidth",
  "borderRightWidth", "borderBottomWidth", "fontFamily", "fontSize", "fontWeight", "fontStyle", "fontStretch", "lineHeight",
  "letterSpacing", "wordSpacing", "textTransform", "textIndent", "tabSize", "direction",
];

/** Give the box of the line at offset `at`: `{left, top, bottom}` in the viewport. */
export function placeOf(area, at) {
  const copy = document.createElement("div");
  const styles = getComputedStyle(area);
  SAME.forEach((name) => {
    copy.style[name] = styles[name];
  });
  Object.assign(copy.style, {
    position: "absolute", left: "-9999px", top: "0", height: "auto", visibility: "hidden", borderStyle: "solid",
    borderColor: "transparent", whiteSpace: "pre-wrap", overflowWrap: "break-word", overflow: "hidden",
  });
  copy.style.width = `${area.clientWidth + parseFloat(styles.borderLeftWidth) + parseFloat(styles.borderRightWidth)}px`;
  const mark = document.createElement("span");
  mark.textContent = area.value.slice(at, at + 1) || "\u200b";
  copy.append(area.value.slice(0, at), mark);
  copy.setAttribute("aria-hidden", "true");
  document.body.append(copy);
  const [own, field] = [copy.getBoundingClientRect(), area.getBoundingClientRect()];
  const box = mark.getClientRects()[0] ?? mark.getBoundingClientRect();
  const top = field.top + box.top - own.top - area.scrollTop;
  const place = { left: field.left + box.left - own.left, top, bottom: top + box.height };
  copy.remove();
  return place;
}
