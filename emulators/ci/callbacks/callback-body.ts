import type { Job } from '../jobs/job.ts';
import { jobDetail, type Where } from '../jobs/job-detail.ts';
import { writeXml, type XmlTree } from '../xml/write-xml.ts';

type Json = string | { [name: string]: Json } | Json[];

export interface CallbackBody {
  contentType: string;
  text: string;
}

/** What is posted when a job has ended: the job as answers tell of it, in XML unless JSON was asked for [doc]. */
export function callbackBody(job: Job, where: Where): CallbackBody {
  const content = { EventName: 'TaskFinish', JobsDetail: [jobDetail(job, where)] };
  return job.CallBackFormat === 'JSON'
    ? { contentType: 'application/json', text: JSON.stringify(jsonOf(content)) }
    : { contentType: 'application/xml', text: writeXml('Response', content) };
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
