/* Making elements: one small function, the icons of the desk, and the ladder of a level. */

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value === "boolean") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Make an element: `h("p", {class: "quiet"}, "words", child)`. */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

const ICONS = {
  quote: "M6.5 4.5C4.5 5 3.5 6.6 3.5 9v2.5h3V8.5h-2M12.5 4.5c-2 .5-3 2.1-3 4.5v2.5h3V8.5h-2",
  comment: "M2.5 3.5h11v7.5H8l-3 2.5V11H2.5z",
  check: "M3 8.5l3.2 3.2L13 4.8",
  cross: "M4 4l8 8M12 4l-8 8",
  warn: "M8 2.5l6 11H2zM8 6.5v3.2M8 11.6v.2",
  wait: "M8 4.5V8l2.2 1.6M13.5 8a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0z",
  up: "M4 10l4-4 4 4",
  down: "M4 6l4 4 4-4",
};

export const icon = (name) =>
  s("svg", { class: "i", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" }, s("path", { d: ICONS[name] }));

/** Draw the ladder of a score: filled rungs up to its level, a dashed line where nothing was attempted. */
export function ladder(criterion, score) {
  const rungs = criterion.levels.filter((level) => !level.is_zero);
  const at = rungs.findIndex((level) => level.key === score.level);
  const step = 7.5 / Math.max(1, rungs.length - 1);
  const most = rungs.length > 4 ? 24 / rungs.length : 6;
  const parts = rungs.map((level, n) => {
    const height = 5.5 + step * n;
    const shape = { x: 0.5 + most * n, y: 13 - height, width: most - 2, height, class: n <= at ? "on" : "off" };
    return s("rect", shape);
  });
  const dashed = s("line", { class: "none", x1: 1, y1: 11, x2: 24, y2: 11 });
  const shown = score.state === "not_attempted" ? [dashed] : parts;
  return s("svg", { class: "ladder", viewBox: "0 0 28 14", "aria-hidden": "true", focusable: "false" }, shown);
}

/** Draw the coverage map small: a square a cell, filled or outlined; words and a list say the same. */
export function coverageMap(coverage) {
  const size = 9;
  const squares = coverage.rows.flatMap((row, y) =>
    coverage.columns.map((column, x) => {
      const cell = coverage.cells.find((one) => one.row === row && one.column === column);
      const place = { x: x * size + 1, y: y * size + 1, width: size - 2, height: size - 2 };
      return s("rect", { ...place, class: cell ? cell.fill : "empty" });
    }),
  );
  const [width, height] = [coverage.columns.length * size, coverage.rows.length * size];
  const attributes = { class: "coveragemini", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" };
  return s("svg", attributes, squares);
}
