import { uuid } from '@/api/idempotency'
import { database } from './database'

const NAME = 'yuanshan.drafts.sending'
/** Longer than one request may take on a bad line; a page that died holds nobody up for longer. */
const LEASE_MS = 90_000

const holder = uuid()

/** Runs `work` unless another tab does so already. `renew` is called between its parts. */
export async function whileAlone(
  work: (renew: () => Promise<void>) => Promise<void>,
): Promise<boolean> {
  if (navigator.locks) {
    return navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
      if (!lock) return false
      await work(() => Promise.resolve())
      return true
    })
  }
  return withLease(work)
}

/** Web Locks exist on secure origins only; village machines are often reached by plain http. */
export async function withLease(
  work: (renew: () => Promise<void>) => Promise<void>,
  me = holder,
  now = Date.now,
): Promise<boolean> {
  const { leases } = await database()
  const take = async (): Promise<boolean> => {
    const kept = await leases.change(NAME, (lease) =>
      lease && lease.holder !== me && lease.until > now()
        ? undefined
        : { id: NAME, holder: me, until: now() + LEASE_MS },
    )
    return kept?.holder === me
  }
  if (!(await take())) return false
  try {
    await work(async () => {
      if (!(await take())) throw new Error('another tab sends by now')
    })
  } finally {
    const lease = await leases.find(NAME)
    if (lease?.holder === me) await leases.remove(NAME)
  }
  return true
}
