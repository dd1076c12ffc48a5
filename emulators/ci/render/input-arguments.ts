// Containers that hold their media in themselves. Playlists (hls, concat, …) are left out: a clip must not be able to
// name other files of this machine.
const FORMATS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,asf,mpegts,mpeg,mpegvideo,ogg,gif,h264,hevc,m4v,mxf,rm,dv,ivf,swf,wtv';

/** Arguments that open one local file and nothing else; `path` is absolute, so it is never read as an option. */
export function inputArguments(path: string): string[] {
  return ['-protocol_whitelist', 'file', '-format_whitelist', FORMATS, '-i', `file:${path}`];
}
