import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/marks.css';
import './styles/list.css';
import './styles/story.css';
import { App } from './app.tsx';
import { applyTheme } from './marks/theme.ts';

applyTheme();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
