import { useEffect, useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { signInAddress, useSignIn } from '../signIn';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { TopBar } from '../ui/TopBar';
import styles from './Admin.module.css';
import { words } from './admin';
import { AdminHttp } from './http';
import type { AdminSession, KeySecret } from './model';
import { Secret } from './parts';

/** The code of the link that the first start prints; it stands in the fragment, which browsers send to nobody. */
const bootstrapCode = (): string | null => /^#bootstrap=([\w-]+)/.exec(location.hash)?.[1] ?? null;

/** Who is signed in comes in; everybody else shows a key, once, or uses the link of the first start. */
export function Gate({ onEnter }: { onEnter: (http: AdminHttp, session: AdminSession) => void }): React.JSX.Element {
  const { t } = useTranslation();
  const [http] = useState(() => new AdminHttp());
  const [asked, setAsked] = useState(false);
  const [trouble, setTrouble] = useState('');
  const [first, setFirst] = useState<KeySecret | null>(null);
  const [code, setCode] = useState(bootstrapCode);
  useEffect(() => {
    http.get<AdminSession>('/session').then((session) => {
      http.csrf = session.csrf;
      if (session.csrf && session.scopes.includes('server:write')) return onEnter(http, session);
      if (session.csrf) setTrouble(t('admin.gate.noAdmin', { name: session.name }));
      else if (location.hash === '#signin=failed') setTrouble(t('admin.gate.failed'));
      setAsked(true);
    }, (reason: unknown) => { setTrouble(words(reason)); setAsked(true); });
  }, [http, onEnter, t]);
  const enter = async (key: string): Promise<void> => {
    try {
      const { body } = await http.send<AdminSession>('POST', '/session', { key });
      http.csrf = body.csrf;
      onEnter(http, body);
    } catch (reason) {
      setTrouble(words(reason));
    }
  };
  const redeem = async (): Promise<void> => {
    try {
      setFirst((await http.send<KeySecret>('POST', '/bootstrap', { body: { code } })).body);
    } catch (reason) {
      setTrouble(words(reason));
    }
    setCode(null);
    history.replaceState(null, '', location.pathname);
  };
  return (
    <>
      <TopBar />
      <main className={styles.gate}>
        {first ? <FirstKey made={first} onGo={() => void enter(first.secret)} /> : code && asked ? (
          <>
            <h1>{t('admin.gate.firstTitle')}</h1>
            <p className={styles.sub}>{t('admin.gate.firstText')}</p>
            <div className={styles.card}><Button variant="primary" icon="lock" onPress={() => void redeem()}>{t('admin.gate.makeFirst')}</Button></div>
          </>
        ) : asked ? <SignIn trouble={trouble} onTyped={() => setTrouble('')} onKey={(key) => void enter(key)} /> : <p className={styles.sub}>{t('app.loading')}</p>}
      </main>
    </>
  );
}

function FirstKey({ made, onGo }: { made: KeySecret; onGo: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <>
      <h1>{t('admin.gate.madeTitle')}</h1>
      <p className={styles.sub}>{t('admin.keys.once')}</p>
      <div className={styles.card}>
        <Secret label={t('admin.keys.secret')} value={made.secret} />
        <Secret label={t('admin.keys.signing')} value={made.signingSecret} />
        <Button variant="primary" icon="arrow" onPress={onGo}>{t('admin.gate.go')}</Button>
      </div>
    </>
  );
}

interface SignInProps {
  trouble: string;
  /** A field that was refused cannot be sent again before it was changed. */
  onTyped: () => void;
  onKey: (key: string) => void;
}

function SignIn({ trouble, onTyped, onKey }: SignInProps): React.JSX.Element {
  const { t } = useTranslation();
  const [key, setKey] = useState('');
  const [{ offered }] = useSignIn();
  return (
    <>
      <h1>{t('admin.gate.title')}</h1>
      <p className={styles.sub}>{t('admin.gate.text')}</p>
      <Form className={styles.card} onSubmit={(e) => { e.preventDefault(); onKey(key.trim()); }}>
        <Field label={t('admin.gate.key')} type="password" placeholder="sk_…" value={key} onChange={(text) => { setKey(text); onTyped(); }} autoComplete="off" {...(trouble ? { error: trouble } : {})} />
        <Button type="submit" variant="primary" icon="arrow" isDisabled={!key.trim()}>{t('admin.gate.enter')}</Button>
        {offered && <a className={styles.people} href={signInAddress('/admin')}>{t('admin.gate.people')}</a>}
      </Form>
    </>
  );
}
