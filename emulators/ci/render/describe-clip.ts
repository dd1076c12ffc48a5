import type { XmlTree } from '../xml/write-xml.ts';
import { type Clip, secondsOf } from './probe-clip.ts';

/** `MediaInfo` of a clip [doc 436/55671: the nodes], so far as ffmpeg tells; what it does not tell is left out. */
export function describeClip({ text, bytes }: Clip): XmlTree {
  const [, formats = ''] = /^Input #0, ([^\n]*), from /m.exec(text) ?? [];
  const duration = secondsOf(/^ +Duration: (\d+:\d\d:\d\d\.\d+)/m.exec(text)?.[1]) ?? 0;
  const [, start = '0'] = /, start: (-?[\d.]+)/.exec(text) ?? [];
  const [, bitrate = '0'] = /, bitrate: (\d+) kb\/s/.exec(text) ?? [];
  const streams = [...text.matchAll(/^ +Stream #0:(\d+)[^\n]*?: (Video|Audio|Subtitle): ([^\n]*)$/gm)];
  const common = (index: string, rest: string) => ({
    Index: index,
    CodecName: /^(\w+)/.exec(rest)?.[1],
    CodecTimeBase: undefined,
    Bitrate: /, (\d+) kb\/s/.exec(rest)?.[1],
    Duration: duration.toFixed(6),
    StartTime: Number(start).toFixed(6),
  });
  const of = (kind: string) => streams.filter(([, , found]) => found === kind);
  return {
    Format: {
      Bitrate: Number(bitrate).toFixed(6),
      Duration: duration.toFixed(6),
      FormatLongName: formats,
      FormatName: formats,
      NumProgram: '0',
      NumStream: String(streams.length),
      Size: String(bytes),
      StartTime: Number(start).toFixed(6),
    },
    Stream: {
      Audio: of('Audio').map(([, index = '', , rest = '']) => ({
        ...common(index, rest),
        SampleRate: /, (\d+) Hz/.exec(rest)?.[1],
        Channel: channelsOf(rest),
        SampleFmt: /Hz, \w+(?:\([^)]*\))?, (\w+)/.exec(rest)?.[1],
      })),
      Subtitle: of('Subtitle').map(([, index = '', , rest = '']) => common(index, rest)),
      Video: of('Video').map(([, index = '', , rest = '']) => ({
        ...common(index, rest),
        Width: /, (\d+)x\d+/.exec(rest)?.[1],
        Height: /, \d+x(\d+)/.exec(rest)?.[1],
        Dar: /DAR (\d+:\d+)/.exec(rest)?.[1],
        Sar: /SAR (\d+:\d+)/.exec(rest)?.[1],
        PixFormat: /^[^,]*, (\w+)/.exec(rest)?.[1],
        Fps: /, ([\d.]+) fps/.exec(rest)?.[1],
        AvgFps: /, ([\d.]+) fps/.exec(rest)?.[1],
      })),
    },
  };
}

function channelsOf(rest: string): string {
  if (/\bmono\b/.test(rest)) return '1';
  if (/\bstereo\b/.test(rest)) return '2';
  return /\b5\.1\b/.test(rest) ? '6' : '0';
}
