(() => {
  const root = document.documentElement;
  const frames = [...document.querySelectorAll("iframe")];
  const letters = new Map(frames.map((frame) => [frame, frame.srcdoc]));
  const NO_IMAGES = '<meta http-equiv="Content-Security-Policy" content="img-src \'none\'">';
  const TURNED = "<style>html{background:#fff;filter:invert(1) hue-rotate(180deg)}" +
    "img{filter:invert(1) hue-rotate(180deg)}</style>";
  const wanted = new Set(location.hash.slice(1).split(","));
  const state = { dark: wanted.has("dark"), images: !wanted.has("noimages") };

  const fit = (frame) => {
    const page = frame.contentDocument;
    if (page && page.documentElement) {
      frame.style.height = "0";
      frame.style.height = `${page.documentElement.scrollHeight}px`;
    }
    document.body.dataset.height = Math.ceil(root.getBoundingClientRect().height);
  };
  const drawn = (letter) => {
    let head = state.images ? "" : NO_IMAGES;
    if (state.dark && !letter.includes("prefers-color-scheme")) head += TURNED;
    return head && /<head[^>]*>/i.test(letter)
      ? letter.replace(/<head[^>]*>/i, (found) => found + head) : head + letter;
  };
  const show = () => {
    root.classList.toggle("dark", state.dark);
    for (const [frame, letter] of letters) frame.srcdoc = drawn(letter);
    for (const one of document.querySelectorAll("[data-toggle]")) {
      one.setAttribute("aria-pressed", state[one.dataset.toggle]);
    }
  };
  for (const frame of frames) frame.addEventListener("load", () => fit(frame));
  for (const one of document.querySelectorAll("[data-toggle]")) {
    one.addEventListener("click", () => {
      state[one.dataset.toggle] = !state[one.dataset.toggle];
      show();
    });
  }
  if (state.dark || !state.images) show();
  frames.forEach(fit);
  document.body.dataset.height = Math.ceil(root.getBoundingClientRect().height);

  const search = document.querySelector("input[type=search]");
  if (search) {
    search.addEventListener("input", () => {
      const words = search.value.toLowerCase();
      for (const one of document.querySelectorAll("[data-name]")) {
        one.hidden = !one.dataset.name.toLowerCase().includes(words);
      }
    });
  }
  for (const one of document.querySelectorAll("select")) {
    one.addEventListener("change", () => location.assign(one.value));
  }
  const live = document.body.dataset.live;
  if (live) {
    setInterval(async () => {
      try {
        const now = await (await fetch("/version", { cache: "no-store" })).text();
        if (now !== live) location.reload();
      } catch (error) { /* the server is gone: the page stays as it is */ }
    }, 1000);
  }
})();
