// Names of the C library's error numbers, as people look them up.

/** The generic Linux numbers, the same on x64 and arm64; index 0 is number 1. */
const NAMES =
  "EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP"
    .split(" ");

/** The error numbers that are told apart somewhere. */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  E2BIG: 7,
  ECHILD: 10,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  ENOTDIR: 20,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOSPC: 28,
  EPIPE: 32,
  ENOSYS: 38,
  EADDRINUSE: 98,
  EAFNOSUPPORT: 97,
  EADDRNOTAVAIL: 99,
  ECONNREFUSED: 111,
  EDQUOT: 122,
} as const;

/** `ENOENT` for 2; `errno 999` where the number has no name here. */
export function errnoName(number: number): string {
  const far = Object.entries(ERRNO).find(([, value]) => value === number)?.[0];
  return NAMES[number - 1] ?? far ?? `errno ${number}`;
}
