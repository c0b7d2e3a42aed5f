// Ant Design writes its styles when a component is first shown, and not all of them through
// one door. The page's policy lets in only styles with its nonce; a style that a script of
// ours makes gets it here. Markup from elsewhere does not pass through here, and stays out.
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
const create = Document.prototype.createElement

Document.prototype.createElement = function (this: Document, name: string, options?: ElementCreationOptions) {
  const element = create.call(this, name, options)
  if (element instanceof HTMLStyleElement) element.nonce = nonce
  return element
} as typeof create

export {}
