import { formatTime } from '../format-time.ts';
import type { XmlTree } from '../xml/write-xml.ts';
import { animationTree } from './animation.ts';
import { isEnded, type Job, type JobOutput, outputKey } from './job.ts';
import { transcodeTree } from './transcode.ts';

export interface Where {
  bucket: string;
  region: string;
}

/** One `JobsDetail` node [doc]. `progress` (0–100) is given by DescribeMediaJob alone. */
export function jobDetail(job: Job, where: Where, progress?: number): XmlTree {
  return {
    Code: job.Code,
    Message: job.Message,
    JobId: job.JobId,
    Tag: job.Tag,
    State: job.State,
    Progress: progress === undefined ? undefined : String(progress),
    CreationTime: formatTime(job.CreatedAt),
    StartTime: timeOrDash(job.StartedAt),
    EndTime: timeOrDash(job.EndedAt),
    QueueId: job.QueueId,
    Input: { BucketId: where.bucket, Object: job.InputObject, Region: where.region },
    Operation: {
      TemplateId: job.TemplateId,
      TemplateName: job.TemplateName,
      Animation: job.Animation && animationTree(job.Animation),
      Snapshot: job.Snapshot,
      Transcode: job.Transcode && transcodeTree(job.Transcode),
      Output: job.Output && { ...job.Output },
      MediaInfo: job.MediaInfo,
      MediaResult: job.State === 'Success' && job.Output ? mediaResult(job, job.Output) : undefined,
      UserData: job.UserData,
      JobLevel: String(job.JobLevel),
    },
  };
}

/** `-` while a job has not started or ended [doc]. */
function timeOrDash(ms: number | undefined): string {
  return ms === undefined ? '-' : formatTime(ms);
}

/** The real key is ObjectPrefix + ObjectName [doc]. Md5Info is missing when nothing was really made. */
function mediaResult(job: Job, { Bucket, Region }: JobOutput): XmlTree {
  const key = outputKey(job);
  const cut = key.lastIndexOf('/') + 1;
  const made = job.Results?.map(({ Key, Md5 }) => ({ ObjectName: Key.slice(cut), Md5 })) ?? [
    { ObjectName: key.slice(cut), Md5: job.Md5 },
  ];
  return {
    OutputFile: {
      Bucket,
      Region,
      ObjectPrefix: key.slice(0, cut),
      ObjectName: made.map(({ ObjectName }) => ObjectName),
      Md5Info: made.flatMap(({ ObjectName, Md5 }) => (Md5 === undefined ? [] : [{ ObjectName, Md5 }])),
    },
  };
}

export function progressOf(job: Job, renderedShare: number): number {
  if (job.State === 'Success') return 100;
  return isEnded(job) || job.State !== 'Running' ? 0 : Math.floor(renderedShare * 99);
}
