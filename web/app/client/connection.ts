import { useSyncExternalStore } from 'react'

// Whether the last request reached the server. What the browser says of its network does not
// count: the server may stand on the same machine.
let connected = true
const listeners = new Set<() => void>()

export function noteConnection(reached: boolean) {
  if (reached === connected) return
  connected = reached
  listeners.forEach((listener) => listener())
}

export const useConnected = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => connected,
  )
