import type { State } from './job-state.ts';
import type { XmlElement } from './xml/xml-node.ts';

/**
 * One job as CI describes it, named and cased as on the wire. Every scalar is a string, numbers included, and an
 * empty element is ''. Nodes that are not listed here are kept. Source: DescribeMediaJob [doc], the Go SDK's types [sdk].
 */
export interface Job extends XmlElement {
  JobId: string;
  State: State;
  /** `Success` unless State is Failed; no list of job-level codes is published [doc] */
  Code?: string;
  Message?: string;
  /** `Animation`, `Transcode`, `Snapshot`, … */
  Tag?: string;
  /** `0`–`100`; seen in Describe answers only [doc] */
  Progress?: string;
  /** `2026-06-27T15:23:12+0800`, as are StartTime and EndTime, which are `-` until they are known */
  CreationTime?: string;
  StartTime?: string;
  EndTime?: string;
  /** `p` and 32 hex digits */
  QueueId?: string;
  Input?: JobInput;
  Operation?: JobOperation;
  /** present only when a workflow made the job */
  Workflow?: XmlElement;
}

/** The examples of the documentation say BucketId where its field table says Bucket: either may come. */
export interface JobInput extends XmlElement {
  Object?: string;
  Region?: string;
  BucketId?: string;
  Bucket?: string;
}

interface JobOperation extends XmlElement {
  TemplateId?: string;
  /** comes with TemplateId */
  TemplateName?: string;
  Animation?: AnimationNode | '';
  Output?: JobOutput | '';
  /** once finished */
  MediaInfo?: MediaInfo | '';
  /** once finished */
  MediaResult?: MediaResult | '';
  UserData?: string;
  /** `0`, `1` or `2`, larger first */
  JobLevel?: string;
}

/** The parameters of an Animation job, echoed. */
interface AnimationNode extends XmlElement {
  Container?: { Format?: string } | '';
  Video?: AnimationVideo | '';
  TimeInterval?: { Start?: string; Duration?: string } | '';
}

interface AnimationVideo extends XmlElement {
  Codec?: string;
  Width?: string;
  Height?: string;
  Fps?: string;
  AnimateOnlyKeepKeyFrame?: string;
  AnimateTimeIntervalOfFrame?: string;
  AnimateFramesPerSecond?: string;
  Quality?: string;
}

/** Wildcards such as `${ext}` are not expanded here; MediaResult has the real key. */
export interface JobOutput extends XmlElement {
  Region?: string;
  Bucket?: string;
  Object?: string;
}

interface MediaInfo extends XmlElement {
  Format?:
    | {
        Bitrate?: string;
        Duration?: string;
        FormatLongName?: string;
        FormatName?: string;
        NumProgram?: string;
        NumStream?: string;
        Size?: string;
        StartTime?: string;
      }
    | '';
  Stream?: XmlElement | '';
}

/** The object's real key is ObjectPrefix + ObjectName. */
interface MediaResult extends XmlElement {
  OutputFile?:
    | {
        Bucket?: string;
        Region?: string;
        ObjectPrefix?: string;
        ObjectName?: string[];
        Md5Info?: { ObjectName?: string; Md5?: string }[];
      }
    | '';
}

/** What DescribeMediaJob answers: every id that was asked stands in exactly one of the two. */
export interface JobsAnswer {
  JobsDetail: Job[];
  NonExistJobIds: string[];
  /** CI's own document, read and checked, where it says just this and in this order */
  document?: Uint8Array;
}

/** A listed job that is not what CI's documents say. */
export interface UnreadableJob {
  /** which node, and what was expected */
  readonly reason: string;
  /** its UserData, if that much can be read: whose job it is */
  readonly userData: string;
}

/** One page of DescribeMediaJobs. NextToken is '' on the last page. */
export interface JobsPage {
  JobsDetail: Job[];
  NextToken: string;
  /** listed, and left out of JobsDetail; absent when every job could be read */
  unreadable?: UnreadableJob[];
  /** CI's own document */
  document?: Uint8Array;
}
