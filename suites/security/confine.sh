#!/bin/sh
# Runs a command as a container would: another user without any privilege, every file system read-only but /mnt/data and /tmp. In a mount namespace of its own (unshare -m), as root.
# confine.sh PROJECT COMMAND...: the project is at /mnt/app.
set -eu
project=$1
shift
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/app /mnt/data
mount --bind "$project" /mnt/app
mount -t tmpfs -o size=256m,mode=0700,uid=10001,gid=10001 tmpfs /mnt/data
mount -t tmpfs -o size=64m,mode=1777 tmpfs /tmp
# The kernel's own file systems have nothing to write for this user. What cannot be remounted is hidden under another one; that nothing can be written is tested.
awk '$2 !~ /^\/(proc|sys|dev|tmp$|mnt\/data$)/ { print $2 }' /proc/self/mounts | while read -r place; do
  mount -o remount,bind,ro "$place" 2>/dev/null || true
done
cd /mnt/data
exec setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
