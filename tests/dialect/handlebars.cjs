// Renders Handlebars with the helpers each vendor documents: [[dialect, text], values] a line in.
const Handlebars = require(process.argv[2] + "/node_modules/handlebars");
const { createHash } = require("crypto");
const text = (value) => (value === undefined || value === null ? "" : String(value));
const block = (holds) => function (a, b, options) {
  return holds(a, b) ? options.fn(this) : options.inverse(this);
};
const guard = (name, make) => (value, ...rest) => {
  if (typeof value !== "string" && typeof value !== "number") throw new Error(`${name} of ${value}`);
  return make(String(value), ...rest);
};
const hash = (kind) => (value) => createHash(kind).update(text(value)).digest("hex");
const iterable = {
  ifEq: block((a, b) => text(a) === text(b)),
  ifLt: block((a, b) => a < b), ifLte: block((a, b) => a <= b),
  ifGt: block((a, b) => a > b), ifGte: block((a, b) => a >= b),
  upper: guard("upper", (v) => v.toUpperCase()), lower: guard("lower", (v) => v.toLowerCase()),
  capitalizeFirst: guard("capitalizeFirst", (v) => v.charAt(0).toUpperCase() + v.slice(1)),
  replace: guard("replace", (v, a, b) => v.split(a).join(b)),
  substring: guard("substring", (v, a, b) => v.slice(a, b)),
  md5: hash("md5"), sha1: hash("sha1"), sha256: hash("sha256"),
  urlEncode: function (options) { return encodeURIComponent(options.fn(this)); },
};
// Comparisons coerce: {{#equals 3 "3"}} holds.
const sendgrid = {
  equals: block((a, b) => a == b), notEquals: block((a, b) => a != b),
  lessThan: block((a, b) => a < b), greaterThan: block((a, b) => a > b),
  length: (value) => value.length,
};
const string = (make) => (value, ...rest) => (typeof value === "string" ? make(value, ...rest) : "");
const parcelvoy = {
  eq: (a, b) => a === b, ne: (a, b) => a !== b, lt: (a, b) => a < b, lte: (a, b) => a <= b,
  gt: (a, b) => a > b, gte: (a, b) => a >= b,
  uppercase: string((v) => v.toUpperCase()), lowercase: string((v) => v.toLowerCase()),
  capitalize: string((v) => v.charAt(0).toUpperCase() + v.slice(1)),
  replace: string((v, a, b) => v.split(a).join(b)),
  add: (a, b) => a + b,
  length: (v) => (Array.isArray(v) || typeof v === "string" ? v.length : v && typeof v === "object" ? Object.keys(v).length : 0),
};
const engines = {};
for (const [id, helpers] of Object.entries({ iterable, sendgrid, parcelvoy })) {
  engines[id] = Handlebars.create();
  engines[id].registerHelper(helpers);
}
const sized = (value) => {
  if (Array.isArray(value)) {
    const list = value.map(sized);
    Object.defineProperty(list, "size", { value: list.length, enumerable: false });
    return list;
  }
  return value && typeof value === "object"
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sized(inner)])) : value;
};
const parsed = new Map();
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [template, values] = JSON.parse(line);
  let reply;
  try {
    const key = JSON.stringify(template);
    if (parsed.size > 500) parsed.clear();
    if (!parsed.has(key)) parsed.set(key, engines[template[0]].compile(template[1]));
    reply = { text: parsed.get(key)(sized(values)) };
  } catch (error) {
    reply = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(reply) + "\n");
});
