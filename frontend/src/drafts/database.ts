import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { DeskCopy } from './desk-copy'
import type { Draft, StoredPhoto } from './types'

/** One kind of record. `change` reads and writes in one transaction, so no tab loses another's word. */
export interface Table<T> {
  find(key: string): Promise<T | undefined>
  list(): Promise<T[]>
  /** `undefined` from `next` leaves it as it is. */
  change(key: string, next: (now: T | undefined) => T | undefined): Promise<T | undefined>
  remove(key: string): Promise<void>
}

export interface Lease {
  id: string
  holder: string
  until: number
}

export interface Database {
  drafts: Table<Draft>
  photos: Table<StoredPhoto>
  copies: Table<DeskCopy>
  leases: Table<Lease>
  /** Whether what is kept outlives the page. */
  isLasting: boolean
}

interface Schema extends DBSchema {
  drafts: { key: string; value: Draft }
  photos: { key: string; value: StoredPhoto }
  copies: { key: string; value: DeskCopy }
  leases: { key: string; value: Lease }
}

const NAME = 'yuanshan-desk'
const VERSION = 1
const TABLES = ['drafts', 'photos', 'copies', 'leases'] as const

let opening: Promise<Database> | null = null

/** Some browsers keep nothing in private windows: then everything is in memory, and the page says so. */
export function database(): Promise<Database> {
  opening ??= open().catch(inMemory)
  return opening
}

/** For tests, and after the browser threw everything out. */
export function forgetDatabase(): void {
  opening = null
}

async function open(): Promise<Database> {
  const db = await openDB<Schema>(NAME, VERSION, {
    upgrade(fresh) {
      for (const table of TABLES) fresh.createObjectStore(table, { keyPath: keyOf(table) })
    },
    // A newer page in another tab may upgrade; this one opens anew when it needs to.
    blocking: () => {
      db.close()
      forgetDatabase()
    },
    terminated: forgetDatabase,
  })
  return {
    drafts: table<Draft>(db, 'drafts'),
    photos: table<StoredPhoto>(db, 'photos'),
    copies: table<DeskCopy>(db, 'copies'),
    leases: table<Lease>(db, 'leases'),
    isLasting: true,
  }
}

function keyOf(table: (typeof TABLES)[number]): string {
  return table === 'copies' ? 'owner' : 'id'
}

function table<T>(db: IDBPDatabase<Schema>, name: (typeof TABLES)[number]): Table<T> {
  const store = db as unknown as IDBPDatabase
  return {
    find: (key) => store.get(name, key) as Promise<T | undefined>,
    list: () => store.getAll(name) as Promise<T[]>,
    async change(key, next) {
      const transaction = store.transaction(name, 'readwrite')
      const now = (await transaction.store.get(key)) as T | undefined
      const changed = next(now)
      if (changed !== undefined) await transaction.store.put(changed)
      await transaction.done
      return changed ?? now
    },
    remove: (key) => store.delete(name, key),
  }
}

function inMemory(): Database {
  const { drafts, photos, copies, leases } = {
    drafts: memoryTable<Draft>(),
    photos: memoryTable<StoredPhoto>(),
    copies: memoryTable<DeskCopy>(),
    leases: memoryTable<Lease>(),
  }
  return { drafts, photos, copies, leases, isLasting: false }
}

function memoryTable<T>(): Table<T> {
  const kept = new Map<string, T>()
  return {
    find: (key) => Promise.resolve(kept.get(key)),
    list: () => Promise.resolve([...kept.values()]),
    change(key, next) {
      const now = kept.get(key)
      const changed = next(now)
      if (changed !== undefined) kept.set(key, changed)
      return Promise.resolve(changed ?? now)
    },
    remove(key) {
      kept.delete(key)
      return Promise.resolve()
    },
  }
}
