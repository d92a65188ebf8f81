import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { startI18n } from './i18n';
import { applyTheme, loadPrefs } from './prefs';

applyTheme(new URLSearchParams(location.search).get('theme') === 'light' ? 'light' : loadPrefs().theme);
await startI18n();
const root = document.getElementById('root');
if (root) createRoot(root).render(<StrictMode><App /></StrictMode>);
