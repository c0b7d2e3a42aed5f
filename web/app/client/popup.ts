import { useRef } from 'react'

/**
 * What opens beside a button, for who has no mouse: it stands behind the button, so that the Tab key
 * leads into it, and when it closes the focus goes back to the button. Give `place` to an element
 * around both and `popup` to the component.
 */
export function usePopup() {
  const place = useRef<HTMLSpanElement>(null)
  return {
    place,
    popup: {
      getPopupContainer: () => place.current!,
      onOpenChange: (open: boolean) => {
        if (!open && place.current?.contains(document.activeElement)) place.current.querySelector('button')?.focus()
      },
    },
  }
}
