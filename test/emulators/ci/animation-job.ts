import { BUCKET, REGION, type TestCloud, texts } from '../../worlds/running-cloud.ts';

export interface JobParts {
  input?: string;
  output?: string;
  format?: string;
  codec?: string;
  /** Further XML within Video and TimeInterval. */
  video?: string;
  time?: string;
  /** Further XML within Operation, and within Request. */
  operation?: string;
  request?: string;
}

/** The body of POST /jobs for one animation. */
export function animationXml(parts: JobParts = {}): string {
  const { input = 'clips/a.mp4', output = `gifs/a.\${ext}`, format = 'gif' } = parts;
  const codec = parts.codec ?? (format === 'webp' ? 'webp' : 'gif');
  return `<Request><Tag>Animation</Tag><Input><Object>${input}</Object></Input><Operation><Animation>
    <Container><Format>${format}</Format></Container>
    <Video><Codec>${codec}</Codec>${parts.video ?? ''}</Video>
    <TimeInterval>${parts.time ?? ''}</TimeInterval></Animation>
    <Output><Region>${REGION}</Region><Bucket>${BUCKET}</Bucket><Object>${output}</Object></Output>
    ${parts.operation ?? ''}</Operation>${parts.request ?? ''}</Request>`;
}

export async function submit(running: TestCloud, parts: JobParts = {}): Promise<string> {
  const answer = await running.call({ method: 'POST', url: '/jobs', body: animationXml(parts) });
  const [id] = texts(answer, 'JobId');
  if (id === undefined) throw new Error(`not accepted: ${answer.text}`);
  return id;
}

/** Asks until the job has ended; gives the last answer. */
export async function ended(running: TestCloud, id: string) {
  for (;;) {
    const answer = await running.call({ url: `/jobs/${id}` });
    if (/<State>(Success|Failed|Cancel)<\/State>/.test(answer.text)) return answer;
  }
}
