import { useState, useSyncExternalStore } from 'react'
import { parsed } from './kept'

const prefix = 'concord:draft:'

/**
 * State that outlives the page: what somebody has typed, kept for this tab until `forget`.
 * For words that people write. Never for identity numbers or passwords.
 */
export function useDraft<T>(name: string, initial: T): [value: T, set: (value: T) => void, forget: () => void] {
  const place = prefix + name
  const [value, setState] = useState<T>(() => parsed(sessionStorage.getItem(place), initial))
  const set = (value: T) => {
    sessionStorage.setItem(place, JSON.stringify(value))
    setState(value)
  }
  const forget = () => {
    sessionStorage.removeItem(place)
    setState(initial)
  }
  return [value, set, forget]
}

/** Gives what was typed under one name to another, as when what it was typed for gets its number. */
export function moveDraft(from: string, to: string) {
  if (from === to) return
  const kept = sessionStorage.getItem(prefix + from)
  if (kept !== null) sessionStorage.setItem(prefix + to, kept)
  sessionStorage.removeItem(prefix + from)
}

// What may stand in no storage of the browser and in no address, such as the parties of a case.
const held = new Map<string, unknown>()
const holders = new Set<() => void>()
const tell = () => holders.forEach((holder) => holder())

/** State of all pages of this tab that a reload or signing out ends: it is held in memory only. `initial` is always the same object. */
export function useHeld<T>(name: string, initial: T): [value: T, set: (value: T) => void] {
  const value = useSyncExternalStore(
    (holder) => {
      holders.add(holder)
      return () => holders.delete(holder)
    },
    () => (held.has(name) ? (held.get(name) as T) : initial),
  )
  const set = (value: T) => {
    held.set(name, value)
    tell()
  }
  return [value, set]
}

/** Forgets whatever somebody has typed in this tab. */
export function forgetDrafts() {
  for (const place of Object.keys(sessionStorage)) if (place.startsWith(prefix)) sessionStorage.removeItem(place)
  held.clear()
  tell()
}
