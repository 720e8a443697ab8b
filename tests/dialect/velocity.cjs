// Renders Velocity: a JSON array [text, values] a line in, {"text"} or {"error"} a line out.
const velocity = require(process.argv[2] + "/node_modules/velocityjs");
Object.defineProperty(Array.prototype, "contains", { value(item) { return this.includes(item); } }); // as in Java
const parsed = new Map();
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [text, values] = JSON.parse(line);
  let reply;
  try {
    if (parsed.size > 500) parsed.clear();
    if (!parsed.has(text)) parsed.set(text, velocity.parse(text));
    reply = { text: new velocity.Compile(parsed.get(text)).render(values) };
  } catch (error) {
    reply = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(reply) + "\n");
});
