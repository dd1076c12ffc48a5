// What somebody writes with the official client of Node: each object that is created becomes a job at once. It keeps
// nothing: an event that comes twice is two jobs, and one that is killed is none.
const { ask, bucket, region } = require('./official-client.cjs');

exports.main_handler = async (event) => {
  for (const { cos: record } of event.Records) {
    const key = record.cosObject.key.split('/').slice(3).join('/');
    if (!key.startsWith('clips/') || !key.endsWith('.mp4')) continue;
    await ask('POST', 'jobs', {
      Request: {
        Tag: 'Animation',
        Input: { Object: key },
        Operation: {
          Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: 320, Fps: 12 } },
          Output: { Region: region, Bucket: bucket, Object: `gifs/${key}.gif` },
        },
      },
    });
  }
};
