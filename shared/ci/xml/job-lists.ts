import { type Lists, listsOf } from './read-tree.ts';

/**
 * The nodes that CI repeats, below `JobsDetail`, for all kinds of media jobs: [doc] of each kind, and the Go SDK's types
 * [sdk]. One of them looks like several: always a list.
 */
const REPEATED = [
  'Input.CosHeaders',
  'Operation.Watermark',
  'Operation.WatermarkTemplateId',
  'Operation.Output.StreamExtract',

  'Operation.Transcode.AudioMixArray',
  'Operation.VideoMontage.AudioMixArray',
  'Operation.ConcatTemplate.AudioMixArray',
  'Operation.ConcatTemplate.ConcatFragment',
  'Operation.FillConcat.FillInput',
  'Operation.VideoSynthesis.SpliceInfo',
  'Operation.Subtitles.Subtitle',

  'Operation.MediaInfo.Stream.Video',
  'Operation.MediaInfo.Stream.Audio',
  'Operation.MediaInfo.Stream.Subtitle',

  'Operation.MediaResult.OutputFile.ObjectName',
  'Operation.MediaResult.OutputFile.Md5Info',
  'Operation.MediaResult.OutputFile.SpriteOutput.ObjectName',
  'Operation.MediaResult.OutputFile.SpriteOutput.Md5Info',
  'Operation.MediaResult.OutputFile.SpriteOutputFile.ObjectName',
  'Operation.MediaResult.OutputFile.SpriteOutputFile.Md5Info',

  'Operation.QualityEstimate.VqaPlusResult.DetailedResult',
  'Operation.QualityEstimate.VqaPlusResult.DetailedResult.Items',
  'Operation.QualityEstimate.VqaPlusResult.DetailedResult.Items.AreaCoordSet',
  'Operation.SplitVideoInfoResult.TimeInfo',
  'Operation.SoundHoundResult.SongList',
  'Operation.SpeechRecognitionResult.FlashResult',
  'Operation.SpeechRecognitionResult.FlashResult.sentence_list',
  'Operation.SpeechRecognitionResult.FlashResult.sentence_list.word_list',
  'Operation.SpeechRecognitionResult.ResultDetail',
  'Operation.SpeechRecognitionResult.ResultDetail.Words',
  'Operation.VideoTargetRecResult.BodyRecognition',
  'Operation.VideoTargetRecResult.BodyRecognition.BodyInfo',
  'Operation.VideoTargetRecResult.PetRecognition',
  'Operation.VideoTargetRecResult.PetRecognition.PetInfo',
  'Operation.VideoTargetRecResult.CarRecognition',
  'Operation.VideoTargetRecResult.CarRecognition.CarInfo',
  'Operation.VideoTargetRecResult.FaceRecognition',
  'Operation.VideoTargetRecResult.FaceRecognition.FaceInfo',
  'Operation.WordsGeneralizeResult.WordsGeneralizeLable',
  'Operation.WordsGeneralizeResult.WordsGeneralizeToken',

  'Operation.VideoTagResult.StreamData.Data.Tags',
  'Operation.VideoTagResult.StreamData.Data.PersonTags',
  'Operation.VideoTagResult.StreamData.Data.PersonTags.DetailPerSecond',
  'Operation.VideoTagResult.StreamData.Data.PersonTags.DetailPerSecond.BBox',
  'Operation.VideoTagResult.StreamData.Data.PlaceTags',
  'Operation.VideoTagResult.StreamData.Data.PlaceTags.Tags',
  'Operation.VideoTagResult.StreamData.Data.PlaceTags.ClipFrameResult',
  'Operation.VideoTagResult.StreamData.Data.ActionTags',
  'Operation.VideoTagResult.StreamData.Data.ActionTags.Tags',
  'Operation.VideoTagResult.StreamData.Data.ObjectTags',
  'Operation.VideoTagResult.StreamData.Data.ObjectTags.Objects',
  'Operation.VideoTagResult.StreamData.Data.ObjectTags.Objects.BBox',
];

/** Paths that are lists even when they occur once, as a parser of whole answers meets them. */
export const JOB_LISTS: Lists = listsOf([
  'Response.JobsDetail',
  'Response.NonExistJobIds',
  ...REPEATED.map((path) => `Response.JobsDetail.${path}`),
]);
