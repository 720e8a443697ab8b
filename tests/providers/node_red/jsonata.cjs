// Evaluates JSONata: an expression and the events to ask it of, one line in; an answer for each out.
const jsonata = require(process.argv[2] + "/node_modules/jsonata");
const legacy = /(^|[^a-zA-Z0-9_'".])msg([^a-zA-Z0-9_'"]|$)/; // of Node-RED: @node-red/util/lib/util.js
require("readline").createInterface({ input: process.stdin }).on("line", async (line) => {
  const { number, expression, events } = JSON.parse(line);
  const answers = [];
  for (const event of events) {
    try {
      answers.push(legacy.test(expression) ? "legacy" : await jsonata(expression).evaluate({ event }));
    } catch (error) {
      answers.push(error.message);
    }
  }
  process.stdout.write(JSON.stringify([number, answers]) + "\n");
});
