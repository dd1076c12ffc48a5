// Made of openapi.json by client/generate.
export const OPERATIONS = {
  describeJobs: { method: 'GET', path: '/jobs/{ids}' },
  cancelJobs: { method: 'PUT', path: '/jobs/{ids}?cancel' },
  listJobs: { method: 'GET', path: '/jobs' },
  createJobs: { method: 'POST', path: '/jobs' },
  listWatches: { method: 'GET', path: '/watches' },
  addWatches: { method: 'POST', path: '/watches' },
  getWatch: { method: 'GET', path: '/watches/{id}' },
  getOverview: { method: 'GET', path: '/overview' },
  listDeliveries: { method: 'GET', path: '/deliveries' },
  retryDelivery: { method: 'POST', path: '/deliveries/{id}/retry' },
  enableEndpoint: { method: 'POST', path: '/endpoints/{name}/enable' },
  getIndex: { method: 'GET', path: '/' },
  getProblems: { method: 'GET', path: '/problems' },
  getDocument: { method: 'GET', path: '/openapi.json' },
  getHealth: { method: 'GET', path: '/healthz' },
} as const;
