interface ProblemText {
  readonly Code: string;
  readonly Status: number;
  readonly Meaning: string;
  readonly Remedy: string;
}

/** Where the `type` of a problem leads: each code has its place. */
export function problemsPage(problems: readonly ProblemText[]): string {
  const sections = problems.map(
    ({ Code, Status, Meaning, Remedy }) =>
      `<section id="${escaped(Code)}"><h2>${escaped(Code)} <small>${Status}</small></h2><p>${escaped(Meaning)}</p><p>${escaped(Remedy)}</p></section>`,
  );
  return page('Problems', sections.join(''));
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>${title}</title><h1>${title}</h1>${body}</html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
