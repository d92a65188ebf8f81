// Written against types generated from docs/openapi/v1.json: it compiles only while the document says what these lines need.
import createClient from 'openapi-fetch';
import type { paths } from './v1.js';

export async function roundTrip(baseUrl: string, key: string) {
  const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });
  const created = await api.POST('/api/v1/rooms', { body: { name: 'generated', title: 'By a generated client' } });
  if (!created.data) throw new Error(created.error?.code);
  const { name, status, limits } = created.data;
  const path = { room: name };
  const people = await api.GET('/api/v1/rooms/{room}/participants', { params: { path, query: { limit: 10 } } });
  const deleted = await api.DELETE('/api/v1/rooms/{room}', { params: { path } });
  const gone = await api.GET('/api/v1/rooms/{room}', { params: { path } });
  return {
    name, status,
    maxParticipants: limits.maxParticipants,
    people: people.data?.items.length,
    deleted: deleted.response.status,
    gone: gone.error?.code,
  };
}
