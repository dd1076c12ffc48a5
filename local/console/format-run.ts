/** A line that a function logged as JSON. Our own functions write it: its fields are read as they are. */
export type LoggedLine = Readonly<Record<string, unknown>>;

/** One short line about a run of recheck or deliver that did something; nothing for an idle one, or for another line. */
export function formatRun(functionName: string, line: LoggedLine): string | undefined {
  if (line['message'] === 'sweep') return formatSweep(functionName, line);
  return line['message'] === 'deliver' ? formatDeliver(functionName, line) : undefined;
}

function formatSweep(functionName: string, line: LoggedLine): string | undefined {
  const [claimed, changed, finished, errors] = ['claimed', 'changed', 'finished', 'errors'].map(count(line));
  // Asked of Cloud Infinite, by kind.
  const requests = Object.values(Object(line['requests'])).reduce<number>((sum, n) => sum + Number(n), 0);
  const parts = [
    `${claimed} claimed`,
    plural(requests, 'request'),
    `${changed} changed`,
    `${finished} finished`,
    ...(errors ? [plural(errors, 'error')] : []),
  ];
  return claimed || requests || changed || finished || errors
    ? `${functionName} swept: ${parts.join(', ')}`
    : undefined;
}

function formatDeliver(functionName: string, line: LoggedLine): string | undefined {
  const [delivered, retried, dead, switchedOff] = ['delivered', 'retried', 'dead', 'switchedOff'].map(
    count(line),
  );
  const parts = [
    `${delivered} delivered`,
    ...(retried ? [`${retried} to be tried again`] : []),
    ...(dead ? [`${dead} dead`] : []),
    ...(switchedOff ? [`${plural(switchedOff, 'endpoint')} switched off`] : []),
  ];
  return delivered || retried || dead || switchedOff
    ? `${functionName} sent: ${parts.join(', ')}`
    : undefined;
}

function count(line: LoggedLine): (name: string) => number {
  return (name) => Number(line[name] ?? 0);
}

function plural(n: number, noun: string): string {
  return `${n} ${n === 1 ? noun : `${noun}s`}`;
}
