import { type Language, stateText } from '../../words/words.ts';
import type { StoredEvent } from '../webhook/cloud-event.ts';
import { mostBytesOf, type Said } from './platform.ts';
import type { Robot } from './robot.ts';

/** A key may be long: its end tells more than its beginning. */
const MOST_KEY_LETTERS = 120;
/** What a platform adds to the text of a message stays within this. */
const SPARE_BYTES = 400;

const TEXTS = {
  en: {
    count: (count: number, what: string) => `${count} ${what.toLowerCase()}`,
    join: ', ',
    stalled: 'Stalled',
    ready: 'Ready',
    rule: 'rule',
    open: 'open',
    more: (count: number) => `… and ${count} more`,
    braked: (rule: string, most: unknown, minutes: number) =>
      `rule ${rule} has submitted ${most} jobs within the hour: the others wait, the next one for ${minutes} min`,
    off: (name: string) => `endpoint ${name} answered that it is gone: nothing is sent to it any more`,
    late: (minutes: number) => `no sweep for ${minutes} min: nobody looks after open jobs`,
    test: (by: string) => `a test, asked for by ${by}`,
    other: 'News',
  },
  zh: {
    count: (count: number, what: string) => `${count} 个${what}`,
    join: '，',
    stalled: '长时间未完成',
    ready: '已就绪',
    rule: '规则',
    open: '查看',
    more: (count: number) => `…另有 ${count} 条`,
    braked: (rule: string, most: unknown, minutes: number) =>
      `规则 ${rule} 一小时内已提交 ${most} 个任务：其余等待，最早 ${minutes} 分钟后继续`,
    off: (name: string) => `端点 ${name} 表示已不存在：不再向它发送`,
    late: (minutes: number) => `已 ${minutes} 分钟没有巡检：未完成的任务无人跟进`,
    test: (by: string) => `测试消息，由 ${by} 发起`,
    other: '消息',
  },
} as const;

/** What the marks of all three are written with, and what makes a link or a mention of a name. */
const MARKS: Readonly<Record<string, string>> = {
  ...{ '<': '‹', '>': '›', '[': '［', ']': '］', '(': '（', ')': '）', '*': '＊', _: '＿', '~': '～' },
  ...{ '`': '｀', '#': '＃', '|': '｜', '!': '！', '@': '＠', '\\': '＼', '&': '＆' },
};

/** One message of what happened, the oldest first; what has no room is counted. */
export function say(robot: Robot, events: readonly StoredEvent[]): Said {
  const { lang, kind } = robot;
  const words = TEXTS[lang];
  const told = events.map((event) => tell(event, robot));
  const kinds = countKinds(told);
  const title = `Jobwatch: ${[...kinds].map(([what, count]) => words.count(count, what)).join(words.join)}`;
  // Successes are counted: nobody reads a line of each.
  const lines = told.flatMap(({ line }) => line ?? []);
  const most = mostBytesOf(kind) - Buffer.byteLength(title) - SPARE_BYTES;
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > most) break;
    kept.push(line);
  }
  const left = lines.length - kept.length;
  return { title, text: [...kept, ...(left === 0 ? [] : [words.more(left)])].join('\n') || title };
}

interface Told {
  readonly what: string;
  /** undefined for what is counted alone */
  readonly line: string | undefined;
}

function countKinds(told: readonly Told[]): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const { what } of told) kinds.set(what, (kinds.get(what) ?? 0) + 1);
  return kinds;
}

interface Data {
  readonly Watch?: {
    readonly JobId?: string;
    readonly Outcome?: string;
    readonly Rule?: string;
    readonly Input?: unknown;
  };
  readonly Job?: { readonly Code?: string } | null;
  readonly [name: string]: unknown;
}

function tell({ type, data: text, subject }: StoredEvent, { lang, consoleUrl }: Robot): Told {
  const words = TEXTS[lang];
  const data = JSON.parse(text) as Data;
  switch (type) {
    case 'jobwatch.job.succeeded':
      return { what: stateText(lang, 'Success'), line: undefined };
    case 'jobwatch.job.stalled':
      return { what: words.stalled, line: jobLine(words.stalled, data, lang, consoleUrl) };
    case 'jobwatch.rule.braked': {
      const minutes = Math.ceil(Number(data['NextInSeconds']) / 60);
      return ownLine(words.braked(plain(String(data['Rule'])), data['MaxJobsPerHour'], minutes), lang);
    }
    case 'jobwatch.endpoint.off':
      return ownLine(words.off(plain(String(data['Endpoint']))), lang);
    case 'jobwatch.endpoint.test':
      return ownLine(words.test(plain(String(data['By']))), lang);
    case 'jobwatch.sweep.late':
      return ownLine(words.late(Math.round(Number(data['AgeSeconds']) / 60)), lang);
    case 'jobwatch.object.ready':
      return { what: words.ready, line: `- **${words.ready}** ${shown(subject)}` };
    default: {
      const state = stateText(lang, data.Watch?.Outcome || 'Running');
      return { what: state, line: jobLine(state, data, lang, consoleUrl) };
    }
  }
}

function ownLine(line: string, lang: Language): Told {
  return { what: TEXTS[lang].other, line: `- ${line}` };
}

function jobLine(
  state: string,
  { Watch = {}, Job }: Data,
  lang: Language,
  consoleUrl: URL | undefined,
): string {
  const { JobId = '', Rule = '', Input } = Watch;
  const input = typeof Input === 'object' && Input !== null && 'Object' in Input ? String(Input.Object) : '';
  const code = Job?.Code && Job.Code !== 'Success' ? ` ${plain(Job.Code)}` : '';
  const rule = Rule === '' ? '' : ` · ${TEXTS[lang].rule} ${plain(Rule)}`;
  const link = consoleUrl === undefined ? '' : ` · [${TEXTS[lang].open}](${linkTo(consoleUrl, JobId)})`;
  return `- **${state}**${code} ${shown(input || JobId)}${rule}${link}`;
}

function linkTo(consoleUrl: URL, jobId: string): string {
  return `${consoleUrl.href.replace(/#.*$/s, '')}#/jobs/${encodeURIComponent(jobId)}`;
}

function shown(key: string): string {
  const letters = [...key];
  const cut = letters.length <= MOST_KEY_LETTERS ? key : `…${letters.slice(-MOST_KEY_LETTERS).join('')}`;
  return plain(cut);
}

/** A name as text alone: no mark, no mention, no address that a chat would make a link of. */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, ' ')
    .replace(/[<>[\]()*_~`#|!@\\&]/g, (mark) => MARKS[mark] ?? ' ')
    .replaceAll('://', '：//')
    .replace(/\bwww\./gi, 'www．');
}
