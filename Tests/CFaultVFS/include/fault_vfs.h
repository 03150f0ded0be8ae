#ifndef FAULT_VFS_H
#define FAULT_VFS_H

/* A layer below SQLite that fails when it is told to. For tests. */

enum fault_kind { fault_write = 1, fault_sync = 2, fault_full = 4, fault_truncate = 8 };

/* Makes the layer known under the name "trailq-fault"; 0 where that went well. */
int fault_register(void);

/* From the n-th operation of these kinds on (1 is the next), each fails. */
void fault_arm(int kinds, int n);
void fault_disarm(void);

/* Operations of the armed kinds since it was armed. */
int fault_seen(void);

#endif
