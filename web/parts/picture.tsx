import { useEffect, useRef, useState } from 'preact/hooks';
import { bytes } from '../format.ts';
import { useAnswer, usePage, useText } from '../page.ts';

/** The job of a picture; a list does not have what CI says of it. */
interface Pictured {
  readonly JobId: string;
  readonly OutputKey: string;
  readonly Job?: { readonly Operation?: unknown } | null;
}

/** What the job made, playing unless somebody wants no motion; and the clip, when it is asked for. */
export function Picture({ watch }: { readonly watch: Pictured }) {
  const { api } = usePage();
  const t = useText();
  const [isPlaying, setPlaying] = useState(() => !matchMedia('(prefers-reduced-motion: reduce)').matches);
  const [showsClip, setShowsClip] = useState(false);
  const { value } = useAnswer(
    async () => (await api.getPreview({ path: { id: watch.JobId } })).body,
    [watch.JobId],
  );
  const { Input, Output } = value ?? {};
  if (value && !Output) return <p class="dim">{t('noPicture')}</p>;
  if (!Output) return <div class="picture" />;
  const isImage = Output.Type.startsWith('image/');
  return (
    <>
      <div class="picture">
        {isImage ? (
          <Animated
            key={Output.Url}
            url={Output.Url}
            isPlaying={isPlaying}
            alt={t('pictureOf', { key: watch.OutputKey })}
          />
        ) : (
          // biome-ignore lint/a11y/useMediaCaption: what a job has made has no captions
          <video src={Output.Url} controls />
        )}
      </div>
      <p class="row dim">
        <span>{[...madeOf(watch, t), bytes(Output.Bytes)].join(' · ')}</span>
        <span class="spacer" />
        {isImage && (
          <button type="button" onClick={() => setPlaying(!isPlaying)}>
            {t(isPlaying ? 'pause' : 'play')}
          </button>
        )}
        {Input && (
          <button type="button" aria-expanded={showsClip} onClick={() => setShowsClip(!showsClip)}>
            {t('showClip')}
          </button>
        )}
        <a class="button" href={Output.Url} target="_blank" rel="noreferrer">
          {t('download')}
        </a>
      </p>
      {showsClip && Input && (
        // biome-ignore lint/a11y/useMediaCaption: a clip of whoever uploaded it has no captions
        <video class="clip" src={Input.Url} controls />
      )}
    </>
  );
}

/** An animated image that can be stopped: in its place stands what it showed last. */
function Animated({
  url,
  alt,
  isPlaying,
}: {
  readonly url: string;
  readonly alt: string;
  readonly isPlaying: boolean;
}) {
  const image = useRef<HTMLImageElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    const [from, to] = [image.current, canvas.current];
    if (isPlaying || !isLoaded || from === null || to === null) return;
    to.width = from.naturalWidth;
    to.height = from.naturalHeight;
    to.getContext('2d')?.drawImage(from, 0, 0);
  }, [isPlaying, isLoaded]);
  return (
    <>
      <img ref={image} src={url} alt={alt} class={isPlaying ? '' : 'none'} onLoad={() => setLoaded(true)} />
      <canvas ref={canvas} class={isPlaying ? 'none' : ''} role="img" aria-label={alt} />
    </>
  );
}

/** `320 × 180`, `12 fps`, `36 frames`, `3.0 s`: what CI says of the result. */
function madeOf(watch: Pictured, t: ReturnType<typeof useText>): string[] {
  const info = at(watch.Job?.Operation, 'MediaInfo');
  const streams = at(at(info, 'Stream'), 'Video');
  const video = Array.isArray(streams) ? streams[0] : streams;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const [width, height] = [text(at(video, 'Width')), text(at(video, 'Height'))];
  const [fps, frames] = [text(at(video, 'Fps')) ?? text(at(video, 'AvgFps')), text(at(video, 'NumFrames'))];
  const seconds = text(at(at(info, 'Format'), 'Duration'));
  return [
    ...(width && height ? [`${width} × ${height}`] : []),
    ...(fps ? [`${Math.round(Number(fps))} fps`] : []),
    ...(frames ? [t('frames', { count: frames })] : []),
    ...(seconds ? [`${Number(seconds).toFixed(1)} s`] : []),
  ];
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
