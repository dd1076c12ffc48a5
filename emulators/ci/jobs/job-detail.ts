import { formatTime } from '../format-time.ts';
import type { XmlTree } from '../xml/write-xml.ts';
import { animationTree } from './animation.ts';
import { isEnded, type Job, outputKey } from './job.ts';

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
      Output: { ...job.Output },
      MediaInfo: job.MediaInfo,
      MediaResult: job.State === 'Success' ? mediaResult(job) : undefined,
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
function mediaResult(job: Job): XmlTree {
  const key = outputKey(job);
  const cut = key.lastIndexOf('/') + 1;
  const ObjectName = key.slice(cut);
  return {
    OutputFile: {
      Bucket: job.Output.Bucket,
      Region: job.Output.Region,
      ObjectPrefix: key.slice(0, cut),
      ObjectName,
      Md5Info: job.Md5 === undefined ? undefined : { ObjectName, Md5: job.Md5 },
    },
  };
}

export function progressOf(job: Job, renderedShare: number): number {
  if (job.State === 'Success') return 100;
  return isEnded(job) || job.State !== 'Running' ? 0 : Math.floor(renderedShare * 99);
}
