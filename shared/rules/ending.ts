/** Letters of the alphabet in one case: that other letters have two is no matter of file endings. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether a text ends so, written in small or capital letters. */
export function endsAlike(text: string, ending: string): boolean {
  return foldCase(text).endsWith(foldCase(ending));
}

/** From the last dot on; '' when there is none. */
export function lastEnding(name: string): string {
  return name.lastIndexOf('.') === -1 ? '' : name.slice(name.lastIndexOf('.'));
}

/**
 * A file's name without its ending, which goes only where it is spelled as in the rule: of `a.mp4` and `a.MP4` the one
 * is `a` and the other stays. So no two files of one ending have one name: what stays ends otherwise spelled, perhaps
 * with more endings behind that (`a.MP4.mp4`), and what is left of the others never does.
 */
export function withoutEnding(file: string, suffixes: readonly string[]): string {
  const endings = suffixes.map(lastEnding);
  const folded = endings.map(foldCase);
  let core = file;
  while (endings.includes(lastEnding(core))) core = core.slice(0, -lastEnding(core).length);
  if (core === file || folded.includes(foldCase(lastEnding(core)))) return file;
  return file.slice(0, -lastEnding(file).length);
}
