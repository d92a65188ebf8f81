import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { parseRoute, usePath } from './route';
import { ErrorPage } from './screens/ErrorPage';
import { Home } from './screens/Home';
import { RoomVisit } from './screens/RoomVisit';

/** Operators come seldom: what they need is loaded when they do. */
const AdminPage = lazy(() => import('./admin/AdminPage'));

const supported = (): boolean =>
  typeof RTCPeerConnection !== 'undefined' && 'setCodecPreferences' in RTCRtpTransceiver.prototype;

export function App(): React.JSX.Element {
  const { t } = useTranslation();
  const path = usePath();
  const route = parseRoute(path);
  useEffect(() => {
    document.title = route.page === 'room' ? t('app.title', { page: route.room }) : t('app.name');
  });
  if (route.page === 'home') return <Home />;
  if (route.page === 'admin') return <Suspense fallback={null}><AdminPage path={path} /></Suspense>;
  if (route.page === 'unknown') return <ErrorPage code="page_not_found" />;
  if (!supported()) return <ErrorPage code="unsupported" />;
  return <RoomVisit key={route.room} room={route.room} />;
}
