/** How the page at `/_control` looks. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .15rem .75rem .15rem 0; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
textarea { width: 100%; font: 13px/1.4 ui-monospace, monospace; }
`;

/** What it does: asks again every two seconds, and shows all it is told as text. */
export const PAGE_SCRIPT = `
'use strict';
const MINUTES = 10;
const byId = (id) => document.getElementById(id);
async function ask(what, init) {
  const answer = await fetch('/_control/' + what, init);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error);
  return body;
}
function fill(id, names, rows) {
  const table = byId(id);
  const line = (tag, cells) => {
    const row = document.createElement('tr');
    for (const text of cells) {
      const cell = document.createElement(tag);
      cell.textContent = text ?? '';
      row.append(cell);
    }
    return row;
  };
  table.replaceChildren(line('th', names), ...rows.map((row) => line('td', names.map((name) => row[name]))));
}
async function show() {
  try {
    const [{ buckets }, { jobs }, { requests }] = await Promise.all(['buckets', 'jobs', 'requests'].map((what) => ask(what)));
    const since = Date.now() - MINUTES * 60000;
    fill('buckets', ['Name', 'Region', 'Objects', 'OpenJobs'], buckets);
    fill('jobs', ['JobId', 'Tag', 'State', 'Code', 'BucketId', 'InputObject', 'OutputKey'], jobs.slice(-100).reverse());
    fill('requests', ['at', 'method', 'operation', 'bucket', 'path', 'outcome', 'ms'],
      requests.filter(({ at }) => Date.parse(at) > since).slice(0, 100));
    byId('state').textContent = '';
  } catch (error) {
    byId('state').textContent = String(error.message);
  }
}
byId('faults').addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    const { faults } = await ask('faults', { method: 'PUT', body: byId('text').value });
    byId('told').textContent = faults.length + ' set';
  } catch (error) {
    byId('told').textContent = error.message;
  }
});
ask('faults').then(({ faults }) => { byId('text').value = JSON.stringify(faults, null, 2); });
show();
setInterval(show, 2000);
`;
