// Renders Mustache: [template, values] a line in.
const mustache = require(process.argv[2] + "/node_modules/mustache");
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [template, values] = JSON.parse(line);
  let reply;
  try {
    reply = { text: mustache.render(template, values) };
  } catch (error) {
    reply = { error: String(error) };
  }
  mustache.clearCache();
  process.stdout.write(JSON.stringify(reply) + "\n");
});
