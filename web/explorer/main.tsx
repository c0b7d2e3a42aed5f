import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './explorer.css'

import { createRoot } from 'react-dom/client'
import { Explorer } from './Explorer'

// The menu of examples needs less than the third of the width that GraphiQL gives a panel;
// a caller who drags it wider keeps that.
const width = 'graphiql:docExplorerFlex'
if (!sessionStorage.getItem(width)) sessionStorage.setItem(width, '0.24')

createRoot(document.getElementById('root')!).render(<Explorer />)
