// IT-16 and IT-17 against one XMPP server: users of it, a page and the API in one room.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, firstKey } from '../../Browser/admin.mjs';
import { hears, known } from '../../Browser/chat.mjs';
import { join_, launch } from '../../Browser/chromium.mjs';
import { startServer } from '../../Browser/server.mjs';
import { startClient } from './client.mjs';
import { secret } from './prosody.mjs';

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));
const users = ['romeo', 'juliet', 'tybalt'];

/** Declares the tests. `start`: startProsody or startEjabberd. */
export function circle(start) {
  let xmpp, server, browser, call, alice;
  const clients = [];
  const client = async (user, resource) => {
    const started = await startClient(xmpp, user, resource);
    clients.push(started);
    return started;
  };
  const at = (room, nick) => `${room}@${xmpp.rooms}${nick ? `/${nick}` : ''}`;
  const groupchat = (room, body, more = '') => `<message type='groupchat' to='${at(room)}' ${more.startsWith('id=') ? more : ''}><body>${body}</body>${more.startsWith('<') ? more : ''}</message>`;
  const people = async room => ((await call('GET', `/rooms/${room}/participants`)).body?.items ?? []).map(one => one.displayName).sort();
  const until = async (ask, passes, seconds = 10) => {
    let last;
    for (let i = 0; i < seconds * 5; i++, await wait(0.2)) if (passes(last = await ask())) return last;
    return assert.fail(`never came: ${JSON.stringify(last)}`);
  };

  before(async () => {
    xmpp = await start(users);
    server = await startServer([
      '--Media:Shards=1', '--Xmpp:Enabled=true', `--Xmpp:Domain=${xmpp.rooms}`, `--Xmpp:ComponentSecret=${secret}`, `--Xmpp:Port=${xmpp.component}`,
      '--Server:PublicHost=conference.test',
    ]);
    call = api(server, await firstKey(server));
    await until(async () => (await (await fetch(`${server.url}/health/ready`)).json()).checks.find(one => one.name === 'xmpp'), check => check?.detail === 'connected', 20);
    browser = await launch(440);
    alice = await join_(browser, server, 'plaza', 'Alice', { devices: false });
  }, { timeout: 180_000 });
  after(async () => {
    for (const one of clients) await one.stop();
    await browser?.close();
    await server?.stop();
    await xmpp?.stop();
  });

  let romeo, juliet;
  test('IT-16 the service and a room say what they are', { timeout: 60_000 }, async () => {
    romeo = await client('romeo');
    const service = await romeo.order('disco', { jid: xmpp.rooms });
    assert.ok(service.features.includes('http://jabber.org/protocol/muc'), JSON.stringify(service));
    const room = await romeo.order('disco', { jid: at('plaza') });
    for (const feature of ['http://jabber.org/protocol/muc', 'muc_open', 'muc_unsecured', 'muc_semianonymous']) assert.ok(room.features.includes(feature), feature);
    await assert.rejects(romeo.order('disco', { jid: at('nowhere') }), /item-not-found/);
  });

  test('IT-16 MUC-2 who joins sees the page in the roster, then themselves, then the subject; the page sees them', { timeout: 60_000 }, async () => {
    await romeo.order('join', { room: at('plaza'), nick: 'Romeo' });
    const subject = await romeo.saw(/<subject/);
    const order = [/from="[^"]*\/Alice"/, /code="110"/, /<subject/].map(pattern => romeo.stanzas.findIndex(stanza => pattern.test(stanza)));
    assert.ok(order[0] >= 0 && order[0] < order[1] && order[1] < order[2], `${order}: ${romeo.stanzas.join('\n')}`);
    assert.doesNotMatch(subject, /<body/);
    assert.match(await romeo.saw(/from="[^"]*\/Alice"/), /role="moderator"/);
    await alice.waitForFunction(() => Object.values(window.__sylk.room.participants).some(one => one.displayName === 'Romeo' && one.kind === 'xmpp'), null, { timeout: 8000 });
  });

  test('IT-16 MUC-4 lines both ways: the sender has his own id and what he sent along back, all the same order and the same stable ids', { timeout: 60_000 }, async () => {
    juliet = await client('juliet');
    await juliet.order('join', { room: at('plaza'), nick: 'Juliet' });
    await romeo.saw(/from="[^"]*\/Juliet"/);
    const mark = [romeo.mark(), juliet.mark()];
    await romeo.send(groupchat('plaza', 'soft &lt;light&gt; &amp; é', "id='line-1'").replace('</message>', "<origin-id xmlns='urn:xmpp:sid:0' id='line-1'/><x xmlns='urn:unknown' a='1'>kept</x></message>"));
    const own = await romeo.saw(/<body>soft/, { from: mark[0] });
    assert.match(own, /id="line-1"/);
    assert.match(own, /urn:unknown/);
    assert.match(own, /origin-id/);
    await hears(alice, 'soft <light> & é');
    await alice.evaluate(() => window.__sylk.session.chat.send('who is there?'));
    await juliet.saw(/who is there/, { from: mark[1] });
    for (let i = 0; i < 10; i++) {
      await (i % 2 ? juliet : romeo).send(groupchat('plaza', `verse ${i}`, `id='verse-${i}'`));
      if (i === 5) await alice.evaluate(() => window.__sylk.session.chat.send('a page between'));
    }
    for (let i = 0; i < 10; i++) await Promise.all([romeo, juliet].map((one, k) => one.saw(new RegExp(`verse ${i}<`), { from: mark[k] })));
    await wait(1);
    const lines = (one, from) => one.stanzas.slice(from).filter(stanza => stanza.includes('<body>')).map(stanza => `${/<body>([^<]*)/.exec(stanza)[1]}|${/stanza-id[^>]* id="([^"]*)"/.exec(stanza)?.[1]}`);
    const [his, hers] = [lines(romeo, mark[0]), lines(juliet, mark[1])];
    assert.deepEqual(his, hers);
    assert.equal(new Set(his).size, his.length, 'nothing twice');
    const page = await known(alice);
    assert.deepEqual(his.map(line => line.split('|')[0].replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')), page.slice(-his.length));
    const stored = (await call('GET', '/rooms/plaza/messages?limit=50')).body.items.map(one => one.id);
    assert.ok(his.every(line => stored.includes(line.split('|')[1])), 'stable ids are the room\'s');
  });

  test('CH-4 the same line sent again is said once and answered again', { timeout: 30_000 }, async () => {
    const mark = [romeo.mark(), juliet.mark()];
    await romeo.send(groupchat('plaza', 'only once', "id='again-1'"));
    await romeo.saw(/only once/, { from: mark[0] });
    const second = romeo.mark();
    await romeo.send(groupchat('plaza', 'only once', "id='again-1'"));
    await romeo.saw(/only once/, { from: second });
    await wait(1);
    assert.equal(juliet.stanzas.slice(mark[1]).filter(stanza => stanza.includes('only once')).length, 1);
  });

  test('IT-16 MUC-5 private lines between clients, and with the page, reach nobody else', { timeout: 60_000 }, async () => {
    const mark = [romeo.mark(), juliet.mark()];
    await romeo.send(`<message type='chat' to='${at('plaza', 'Juliet')}' id='pm-1'><body>by the balcony</body></message>`);
    const got = await juliet.saw(/by the balcony/, { from: mark[1] });
    assert.match(got, /from="[^"]*\/Romeo"/);
    assert.match(got, /type="chat"/);
    await romeo.send(`<message type='chat' to='${at('plaza', 'Alice')}' id='pm-2'><body>dear page</body></message>`);
    await hears(alice, 'dear page');
    await alice.evaluate(() => window.__sylk.session.chat.send('dear Romeo', { to: Object.values(window.__sylk.room.participants).find(one => one.displayName === 'Romeo').id }));
    assert.match(await romeo.saw(/dear Romeo/, { from: mark[0] }), /type="chat"/);
    await romeo.send(`<message type='chat' to='${at('plaza', 'Nobody')}' id='pm-3'><body>hello?</body></message>`);
    assert.match(await romeo.saw(/id="pm-3"/, { from: mark[0] }), /item-not-found/);
    await romeo.send(`<message type='groupchat' to='${at('plaza', 'Juliet')}' id='pm-4'><body>x</body></message>`);
    assert.match(await romeo.saw(/id="pm-4"/, { from: mark[0] }), /bad-request/);
    await wait(0.5);
    assert.ok(!juliet.stanzas.slice(mark[1]).some(stanza => /dear (page|Romeo)/.test(stanza)));
    assert.ok(!(await known(alice)).includes('by the balcony'));
  });

  test('IT-17 MUC-6 a nick is changed with 303, and a taken one is a conflict', { timeout: 60_000 }, async () => {
    const mark = [romeo.mark(), juliet.mark()];
    await juliet.send(`<presence to='${at('plaza', 'Julia')}'/>`);
    const gone = await romeo.saw(/from="[^"]*\/Juliet"[^>]*>.*303|303/, { from: mark[0] });
    assert.match(gone, /nick="Julia"/);
    await romeo.saw(/from="[^"]*\/Julia"/, { from: mark[0] });
    assert.match(await juliet.saw(/303/, { from: mark[1] }), /110/);
    assert.ok((await until(() => people('plaza'), found => found.includes('Julia'))).includes('Romeo'));
    for (const taken of ['Romeo', 'Alice']) {
      const before_ = juliet.mark();
      await juliet.send(`<presence to='${at('plaza', taken)}'/>`);
      assert.match(await juliet.saw(/type="error"/, { from: before_ }), /conflict/);
    }
    const tybalt = await client('tybalt');
    await assert.rejects(tybalt.order('join', { room: at('plaza'), nick: 'Alice' }), /conflict/);
    await tybalt.stop();
  });

  test('IT-17 MUC-15 a member may not change the subject, a moderator may; the page\'s title follows both ways', { timeout: 60_000 }, async () => {
    const mark = romeo.mark();
    await romeo.send(`<message type='groupchat' to='${at('plaza')}' id='s-1'><subject>mine</subject></message>`);
    assert.match(await romeo.saw(/id="s-1"/, { from: mark }), /forbidden/);
    const id = (await call('GET', '/rooms/plaza/participants')).body.items.find(one => one.displayName === 'Romeo').id;
    await alice.evaluate(id => window.__sylk.session.moderation.setRole(id, 'moderator'), id);
    await romeo.saw(/\/Romeo"[\s\S]*role="moderator"|role="moderator"[\s\S]*110/, { from: mark });
    await romeo.send(`<message type='groupchat' to='${at('plaza')}' id='s-2'><subject>Verona</subject></message>`);
    assert.match(await juliet.saw(/<subject[^>]*>Verona/), /from="[^"]*\/Romeo"/);
    await alice.waitForFunction(() => window.__sylk.room.room?.title === 'Verona' || JSON.stringify(window.__sylk.room).includes('Verona'), null, { timeout: 8000 });
    await alice.evaluate(() => window.__sylk.session.moderation.updateRoom({ title: 'Mantua' }));
    await juliet.saw(/<subject[^>]*>Mantua/);
  });

  test('MUC-10 self-ping: inside a result, outside not-acceptable', { timeout: 30_000 }, async () => {
    assert.equal(await romeo.order('ping', { to: at('plaza', 'Romeo') }), 'pong');
    assert.equal(await romeo.order('ping', { to: at('plaza', 'Julia') }), 'pong');
    const tybalt = await client('tybalt');
    await assert.rejects(tybalt.order('ping', { to: at('plaza', 'Romeo') }), /not-acceptable/);
    await tybalt.stop();
  });

  test('XEP-0308 a correction is shown to all and changes the stored line; one of another\'s line is refused', { timeout: 60_000 }, async () => {
    const mark = [romeo.mark(), juliet.mark()];
    await romeo.send(groupchat('plaza', 'wrods', "id='cor-1'"));
    await hears(alice, 'wrods');
    await romeo.send(`<message type='groupchat' to='${at('plaza')}' id='cor-2'><body>words</body><replace xmlns='urn:xmpp:message-correct:0' id='cor-1'/></message>`);
    const corrected = await juliet.saw(/<body>words/, { from: mark[1] });
    assert.match(corrected, /<replace[^>]*id="cor-1"/);
    assert.match(await romeo.saw(/<body>words/, { from: mark[0] }), /id="cor-2"/);
    await hears(alice, 'words');
    await juliet.send(`<message type='groupchat' to='${at('plaza')}' id='cor-3'><body>hers</body><replace xmlns='urn:xmpp:message-correct:0' id='cor-1'/></message>`);
    assert.match(await juliet.saw(/id="cor-3"/, { from: mark[1] }), /item-not-found/);
    const last = (await call('GET', '/rooms/plaza/messages?limit=5')).body.items.find(one => one.content === 'words');
    await call('DELETE', `/messages/${last.id}`);
    assert.match(await juliet.saw(/message-retract/, { from: mark[1] }), new RegExp(last.id));
  });

  test('a file of the page is a line with a link', { timeout: 60_000 }, async () => {
    const mark = juliet.mark();
    await alice.evaluate(() => { window.__sylk.session.files.share?.([new File(['ink'], 'sonnet.txt', { type: 'text/plain' })]); });
    if (await alice.locator('[data-share-file]').count() === 0) {
      await alice.getByRole('toolbar').getByRole('button', { name: /^Chat/ }).click();
      await alice.getByRole('tab', { name: /^Files/ }).click();
    }
    await alice.locator('[data-share-file]').first().setInputFiles({ name: 'sonnet.txt', mimeType: 'text/plain', buffer: Buffer.from('ink') });
    const link = await juliet.saw(/jabber:x:oob/, { from: mark, seconds: 15 });
    assert.match(link, /<body>sonnet\.txt \(3 B\) https:/);
    const path = new URL(/<url>([^<]*)/.exec(link)[1].replaceAll('&amp;', '&'));
    const got = await fetch(`${server.url}${path.pathname}${path.search}`);
    assert.equal(got.status, 200);
    assert.equal(await got.text(), 'ink');
  });

  test('IT-17 MUC-7 kick with 307 and reason, ban with 301, who is banned stays out', { timeout: 60_000 }, async () => {
    const tybalt = await client('tybalt');
    await tybalt.order('join', { room: at('plaza'), nick: 'Tybalt' });
    const mark = [romeo.mark(), tybalt.mark()];
    await juliet.order('role', { room: at('plaza'), nick: 'Tybalt', role: 'none' }).then(() => assert.fail('a member kicked'), problem => assert.match(problem.message, /forbidden/));
    await romeo.order('role', { room: at('plaza'), nick: 'Tybalt', role: 'none', reason: 'out' });
    const kicked = await tybalt.saw(/307/, { from: mark[1] });
    assert.match(kicked, /110/);
    assert.match(kicked, /<reason>out/);
    assert.match(kicked, /<actor[^>]*nick="Romeo"/);
    await romeo.saw(/from="[^"]*\/Tybalt"[\s\S]*307|307/, { from: mark[0] });
    await tybalt.order('join', { room: at('plaza'), nick: 'Tybalt' });
    const second = tybalt.mark();
    await romeo.order('iq', { xml: `<iq xmlns='jabber:client' type='set' to='${at('plaza')}' id='ban-1'><query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='outcast' nick='Tybalt'/></query></iq>` });
    assert.match(await tybalt.saw(/301/, { from: second }), /outcast/);
    await assert.rejects(tybalt.order('join', { room: at('plaza'), nick: 'Tybalt' }), /forbidden/);
    await tybalt.stop();
  });

  test('12.6 who comes late has the last 20 lines, in order, as past; who wants none has none', { timeout: 60_000 }, async () => {
    for (let i = 0; i < 25; i++) await call('POST', '/rooms/plaza/messages', { content: `history ${i}` });
    await romeo.saw(/history 24</);
    const late = await client('tybalt', 'late');
    await assert.rejects(late.order('join', { room: at('plaza'), nick: 'Late' }), /forbidden/, 'banned whatever the device');
    await late.stop();
    const second = await client('juliet', 'second');
    await second.order('join', { room: at('plaza'), nick: 'Julia' });
    await second.saw(/<subject/);
    const past = second.stanzas.filter(stanza => stanza.includes('urn:xmpp:delay') && stanza.includes('<body>')).map(stanza => Number(/history (\d+)/.exec(stanza)?.[1]));
    assert.deepEqual(past, Array.from({ length: 20 }, (_, i) => i + 5));
    await second.order('leave', { room: at('plaza'), nick: 'Julia' });
    await wait(0.5);
    const mark = second.mark();
    await second.send(`<presence to='${at('plaza', 'Julia')}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`);
    await second.saw(/<subject/, { from: mark });
    assert.equal(second.stanzas.slice(mark).filter(stanza => stanza.includes('urn:xmpp:delay')).length, 0);
    assert.ok((await people('plaza')).filter(name => name === 'Julia').length === 1, 'two devices are one person');
    await second.stop();
    assert.ok((await people('plaza')).includes('Julia'), 'the first device is still there');
  });

  test('MUC-1 a room with a password: without, wrong, right', { timeout: 60_000 }, async () => {
    assert.equal((await call('POST', '/rooms', { name: 'vault', access: { mode: 'passcode', passcode: 'sesame' } })).status, 201);
    await assert.rejects(romeo.order('join', { room: at('vault'), nick: 'Romeo' }), /not-authorized/);
    await assert.rejects(romeo.order('join', { room: at('vault'), nick: 'Romeo', password: 'wrong' }), /not-authorized/);
    await romeo.order('join', { room: at('vault'), nick: 'Romeo', password: 'sesame' });
    await romeo.order('leave', { room: at('vault'), nick: 'Romeo' });
    await until(() => people('vault'), found => found.length === 0);
  });

  test('IT-17 F-10 the XMPP server is away for five seconds: what was said meanwhile is in the history, the roster is right within ten', { timeout: 120_000 }, async () => {
    const down = xmpp.restart(5);
    await wait(2);
    await alice.evaluate(() => window.__sylk.session.chat.send('said while away'));
    await hears(alice, 'said while away');
    await down;
    const back = Date.now();
    await until(async () => (await (await fetch(`${server.url}/health/ready`)).json()).checks.find(one => one.name === 'xmpp'), check => check.detail === 'connected', 15);
    romeo = await client('romeo', 'again');
    await romeo.order('join', { room: at('plaza'), nick: 'Romeo' });
    await romeo.saw(/said while away/);
    await until(() => people('plaza'), found => found.join() === 'Alice,Romeo', Math.max(1, 10 - (Date.now() - back) / 1000));
    const mark = romeo.mark();
    await romeo.send(groupchat('plaza', 'here again', "id='here-1'"));
    await romeo.saw(/here again/, { from: mark });
    await hears(alice, 'here again');
  });

  test('MUC-7 the component says goodbye with 332', { timeout: 60_000 }, async () => {
    const mark = romeo.mark();
    await server.stop();
    server = null;
    assert.match(await romeo.saw(/332/, { from: mark, seconds: 10 }), /unavailable/);
  });
}
