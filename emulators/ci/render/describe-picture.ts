import { stat } from 'node:fs/promises';
import type { XmlTree } from '../xml/write-xml.ts';
import { JobFailure, NoFrame } from './job-failure.ts';

const NAMES = {
  gif: {
    FormatLongName: 'CompuServe Graphics Interchange (GIF)',
    CodecLongName: 'GIF (Graphics Interchange Format)',
  },
  webp: { FormatLongName: 'WebP', CodecLongName: 'WebP (Web Picture format)' },
};

/** `MediaInfo` of a finished picture [doc: the nodes], read from the file. (ffmpeg cannot read animated WebP.) */
export async function describePicture(path: string): Promise<XmlTree> {
  // Read when it is needed: an emulator that makes no pictures does without it.
  const { default: sharp } = await import('sharp');
  const {
    format,
    width,
    height,
    pageHeight,
    pages = 1,
    delay = [],
  } = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw new NoFrame();
    });
  if (format !== 'gif' && format !== 'webp')
    throw new JobFailure('InternalError', 'The result is not a picture.');
  const { size } = await stat(path);
  const seconds = delay.reduce((sum, ms) => sum + ms, 0) / 1000;
  const bitrate = seconds === 0 ? 0 : (size * 8) / 1000 / seconds;
  const fps = seconds === 0 ? 0 : pages / seconds;
  return {
    Format: {
      Bitrate: bitrate.toFixed(6),
      Duration: seconds.toFixed(6),
      FormatLongName: NAMES[format].FormatLongName,
      FormatName: format,
      NumProgram: '0',
      NumStream: '1',
      Size: String(size),
      StartTime: '0.000000',
    },
    Stream: {
      Audio: '',
      Subtitle: '',
      Video: {
        AvgFps: String(Number(fps.toFixed(3))),
        CodecLongName: NAMES[format].CodecLongName,
        CodecName: format,
        Duration: seconds.toFixed(6),
        Height: String(pageHeight ?? height),
        Index: '0',
        NumFrames: String(pages),
        StartTime: '0.000000',
        Width: String(width),
      },
    },
  };
}
