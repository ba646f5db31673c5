// Reads a stepper page by what stands there, not by its data: owners are named by the picture, formulas become text as
// Python would write it, but without the brackets that only text needs.
() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const first = (selector, root = document) => root.querySelector(selector);
  const text = (selector, root) => first(selector, root)?.textContent ?? null;

  function plain(node) {
    const parts = [...node.children].map(plain);
    switch (node.localName) {
      case "mfrac": return `${parts[0]}/${parts[1]}`;
      case "msubsup": return parts[0] + parts[2] + parts[1];
      case "msup": return /^′+$/.test(parts[1]) ? parts.join("") : `${parts[0]}^${parts[1]}`;
      case "msqrt": return `sqrt${parts.join("")}`;
      case "mtable": return parts.join("else");
      case "mtr": return parts.filter((part) => part !== "otherwise").join("if");
      default: return node.children.length ? parts.join("") : node.textContent;
    }
  }
  const formula = (node) => (node ? all("math", node).map(plain).join("") : null);

  // The picture stays as it is: whose each mark is, and where the number of each edge has its place.
  const owners = {};
  const places = {};
  for (const group of all("#canvas .neuron[data-o]")) owners[group.dataset.o] = text(".name", group);
  for (const path of all("#canvas .hit")) {
    const name = text("title", path).replace(" → ", "->");
    owners[path.dataset.o] = name;
    const points = path.getAttribute("d").slice(1).split("L").map((pair) => pair.split(" ").map(Number));
    const bent = points.length > 2; // then its place is between the first two layers on its way
    places[name] = bent ? points[6] : [0, 1].map((axis) => (points[0][axis] + points[1][axis]) / 2);
  }
  const named = (owner) => owners[owner] ?? owner;

  // The card.
  const own = (selector) => all(selector, first("#card")).filter((node) => !node.parentElement.closest(".line, details"));
  const line = (node) => ({
    symbols: formula(first(".row:not(.result) .symbols", node)),
    numbers: formula(first(".row:not(.result) .numbers", node)),
    join: text(".result .equals", node),
    result: formula(first(".result .formula", node)),
    check: text(".check", node)?.split(";")[0] ?? null,
  });
  function told(node) {
    if (node.matches("h3")) return { act: node.textContent };
    if (node.matches("p")) return { more: Number(node.textContent.match(/\d+/)) };
    return line(node);
  }
  function term(node) {
    const [symbols, numbers, result] = all(".formula", node).map(formula);
    if (node.matches(".ahead")) return { ahead: first(".numbers", node) === null, symbols };
    return { fresh: node.matches(".fresh"), symbols, numbers, join: all(".equals", node).at(-1).textContent, result, running: text(".running", node) };
  }
  function factor(node) {
    const [symbols, result] = all(".formula", node).map(formula);
    return { what: text("strong", node), symbols, result };
  }
  function lines() {
    for (let more = first("#card .lines > button"); more; more = first("#card .lines > button")) more.click();
    return own(".line, h3, .lines > p").map(told);
  }
  const strangers = () => all("#card [data-o]").map((node) => node.dataset.o).filter((owner) => owner && !(owner in owners));

  // The picture.
  const slot = (node) => node && { text: node.textContent, old: text(".old", node) ?? node.matches(".old") };
  const neuron = (group) => ({
    a: slot(first(".slot.a", group)),
    delta: slot(first(".slot.delta", group)),
    third: text(".slot.third", group),
    b: slot(first(".slot.bias", group)),
    y: text(".slot.side", group),
    term: all(".slot.side", group)[1]?.textContent ?? null,
    said: group.getAttribute("aria-label"),
  });
  const tag = (node) => ({ old: text(".old", node), new: text(".value", node), fresh: node.matches(".fresh") });
  const byOwner = (selector, read) => Object.fromEntries(all(selector).map((node) => [named(node.dataset.o), read(node)]));
  const marked = (name) => all(`#canvas .${name}[data-o]`).map((node) => named(node.dataset.o)).sort();
  const losses = () => [...text("#losses").replaceAll("′", "'").matchAll(/(C'?(?:_\d+)?) (\S+)/g)];

  const place = (words) => words.split(":")[0];
  const read = () => ({
    where: place(text("#where")),
    tab: place(document.title),
    bar: [first("#bar").value, first("#bar").max, place(first("#bar").getAttribute("aria-valuetext"))],
    unit: first("#unit").value,
    stuck: all("#first, #back, #forward, #last").filter((button) => button.disabled).map((button) => button.id),
    phase: text("#card .chip"),
    title: text("#card h2"),
    part: text("#card .part"),
    lines: lines(),
    terms: own(".collected li").map(term),
    factors: own(".factor").map(factor),
    longer: own("details").length,
    equations: [...new Set(all("#card .equation strong").map((node) => node.textContent.split(",")[0]))],
    outcome: all("#card .next .formula").map(formula),
    strangers: strangers(),
    neurons: byOwner("#canvas .neuron[data-o]", neuron),
    active: marked("active"),
    read: marked("read"),
    tags: byOwner("#canvas .tag", tag),
    fit: text("#left-out").match(/\d+/g)?.map(Number) ?? null,
    losses: Object.fromEntries(losses().map((found) => found.slice(1))),
  });

  function press(way) {
    if (way.button) first(way.button).click();
    if (way.key) document.body.dispatchEvent(new KeyboardEvent("keydown", { key: way.key, bubbles: true, cancelable: true }));
    if (way.step) {
      first("#bar").value = way.step;
      first("#bar").dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  // Laying the page out takes longest, and is not needed to read it.
  function unseen(work) {
    first("main").style.display = "none";
    const found = work();
    first("main").style.display = "";
    return found;
  }

  return { owners, places, named, plain, read, press, unseen };
}
