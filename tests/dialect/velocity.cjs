// Renders Velocity: a JSON array [text, values] a line in, {"text"} or {"error"} a line out.
const velocity = require(process.argv[2] + "/node_modules/velocityjs");
Object.defineProperty(Array.prototype, "contains", { value(item) { return this.includes(item); } }); // as in Java
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [text, values] = JSON.parse(line);
  let reply;
  try {
    reply = { text: velocity.render(text, values) };
  } catch (error) {
    reply = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(reply) + "\n");
});
