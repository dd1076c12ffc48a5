import { useEffect, useRef } from 'preact/hooks';
import type { Preview } from '../previews.ts';

const WIDTH = 56;
const HEIGHT = 32;

/** The first picture of an animated image, which does not play: drawn when its row is seen. */
export function Thumbnail({ preview }: { readonly preview: Preview | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const url = preview?.Url;
  useEffect(() => {
    const element = canvas.current;
    if (url === undefined || element === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      drawFirstFrame(url, element);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [url]);
  return <canvas ref={canvas} class="thumbnail" width={WIDTH} height={HEIGHT} />;
}

/** As large as fits, in the middle. */
function drawFirstFrame(url: string, canvas: HTMLCanvasElement): void {
  const image = new Image();
  image.onload = () => {
    const scale = Math.min(canvas.width / image.naturalWidth, canvas.height / image.naturalHeight);
    const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
    canvas
      .getContext('2d')
      ?.drawImage(image, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    canvas.dataset['drawn'] = 'true';
  };
  image.src = url;
}
