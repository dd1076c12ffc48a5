import type { Job } from '../jobs/job.ts';
import { jobDetail, type Where } from '../jobs/job-detail.ts';
import { writeXml, type XmlTree } from '../xml/write-xml.ts';

type Json = string | { [name: string]: Json } | Json[];

export interface CallbackBody {
  contentType: string;
  text: string;
}

/** What is posted when a job has ended: the job as answers tell of it, in XML unless JSON was asked for [doc]. */
export function callbackBody(job: Job, where: Where, form: 'xml' | 'collapsed' | 'native'): CallbackBody {
  const content = { EventName: 'TaskFinish', JobsDetail: [jobDetail(job, where)] };
  if (form === 'xml') return { contentType: 'application/xml', text: writeXml('Response', content) };
  const json = form === 'collapsed' ? jsonOf(content) : nativeOf(content);
  return { contentType: 'application/json', text: JSON.stringify(json) };
}

/** The other JSON form: lists stay lists, empty texts stay, numbers and booleans are written as such [a project's log of 2026-10]. */
function nativeOf(content: XmlTree[string]): unknown {
  if (content === undefined) return undefined;
  if (typeof content === 'string') return isPlainNumber(content) ? Number(content) : booleanOf(content);
  if (isList(content)) return content.map(nativeOf);
  return Object.fromEntries(Object.entries(content).map(([name, one]) => [name, nativeOf(one)]));
}

function isPlainNumber(text: string): boolean {
  return /^-?\d{1,15}(\.\d+)?$/.test(text);
}

function booleanOf(text: string): string | boolean {
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

/** The JSON form has no root, empty nodes are dropped and a list of one is the one [doc]. */
function jsonOf(content: XmlTree[string]): Json | undefined {
  if (content === undefined || content === '') return undefined;
  if (typeof content === 'string') return content;
  if (isList(content)) {
    const list = content.flatMap((one) => jsonOf(one) ?? []);
    return list.length > 1 ? list : list[0];
  }
  const entries = Object.entries(content).flatMap(([name, one]): [string, Json][] => {
    const value = jsonOf(one);
    return value === undefined ? [] : [[name, value]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** `Array.isArray` does not tell a readonly list from an object. */
function isList(content: XmlTree | readonly XmlTree[string][]): content is readonly XmlTree[string][] {
  return Array.isArray(content);
}
