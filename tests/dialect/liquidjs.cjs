// Renders Liquid templates: a JSON array [text, values] a line in, {"text"} or {"error"} a line out.
const { Liquid } = require(process.argv[2] + "/node_modules/liquidjs");
const { createHash } = require("crypto");
const engine = new Liquid({ preserveTimezones: true, strictFilters: true });
for (const [name, kind] of [["md5", "md5"], ["sha1", "sha1"], ["sha2", "sha256"], ["sha256", "sha256"]])
  engine.registerFilter(name, (value) => createHash(kind).update(String(value)).digest("hex"));
const lines = require("readline").createInterface({ input: process.stdin });
const parsed = new Map();
lines.on("line", (line) => {
  const [text, values] = JSON.parse(line);
  let reply;
  try {
    if (!parsed.has(text)) {
      if (parsed.size > 500) parsed.clear();
      parsed.set(text, engine.parse(text));
    }
    reply = { text: engine.renderSync(parsed.get(text), values) };
  } catch (error) {
    reply = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(reply) + "\n");
});
