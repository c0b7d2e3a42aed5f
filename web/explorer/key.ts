import { useState } from 'react'

const place = 'concord:key'

/**
 * The caller's key. It is kept for this browser tab alone and is gone when the tab closes:
 * court and bureau machines are shared.
 */
export function useKey(): [key: string, setKey: (key: string) => void] {
  const [key, setState] = useState(() => sessionStorage.getItem(place) ?? '')
  const setKey = (text: string) => {
    const key = text.trim()
    if (key) sessionStorage.setItem(place, key)
    else sessionStorage.removeItem(place)
    setState(key)
  }
  return [key, setKey]
}
