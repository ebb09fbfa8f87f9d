import Glibc
import Metering
import Synchronization

/// The thread of the feed: accepts readers, hands on lines, lets go of who is slow. It sleeps in `poll` and touches no disk.
struct FeedLoop {
  private let hub: FeedHub
  private var readers: [FeedReader] = []
  /// Until when no reader is accepted, after the system had no descriptor for one.
  private var rest: Deadline?

  private static let restAfterFailure = TimeSpan.seconds(1)

  init(_ hub: FeedHub) {
    self.hub = hub
  }

  /// Runs until the hub is closed.
  mutating func run() {
    while true {
      if let rest, rest.hasPassed { self.rest = nil }
      var watched =
        [
          pollfd(fd: hub.bell.readEnd.number, events: Int16(POLLIN), revents: 0),
          pollfd(fd: rest == nil ? hub.listener.descriptor.number : -1, events: Int16(POLLIN), revents: 0),
        ] + readers.map(\.watched)
      let patience = rest.map { Int32(clamping: $0.remaining.milliseconds) } ?? -1
      // Below zero is an interruption, and zero the end of a rest: there is nothing to do but to look again.
      guard poll(&watched, nfds_t(watched.count), patience) > 0 else { continue }
      for (reader, events) in zip(readers, watched.dropFirst(2).map(\.revents)) where events != 0 {
        if reader.handle(events) { reader.take(statusLine) }
      }
      if watched[0].revents != 0 {
        let outbox = hub.take()
        for line in outbox.lines { for reader in readers { reader.take(line) } }
        // Who has missed a line shall know it, and come again.
        if outbox.isOverrun { for reader in readers { reader.letGo() } }
        if outbox.isClosing { break }
      }
      countReaders()
      if watched[1].revents != 0 { accept() }
    }
    hub.listener.removeName()
    readers.removeAll()
    hub.readers.store(0, ordering: .relaxed)
  }

  private var statusLine: [UInt8] { Array((hub.status.json + "\n").utf8) }

  private mutating func countReaders() {
    let slow = readers.count { $0.isSlow }
    readers.removeAll { $0.isGone }
    hub.slowReaders.wrappingAdd(slow, ordering: .relaxed)
    hub.readers.store(readers.count, ordering: .relaxed)
  }

  private mutating func accept() {
    let number = Glibc.accept(hub.listener.descriptor.number, nil, nil)
    guard number >= 0 else {
      // A caller who has hung up again is nothing; want of descriptors or memory would come back at once.
      if errno != EAGAIN, errno != EINTR, errno != ECONNABORTED { rest = Deadline(in: FeedLoop.restAfterFailure) }
      return
    }
    let socket = Descriptor(owning: number)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    _ = fcntl(number, F_SETFL, O_NONBLOCK)
    let reader = FeedReader(socket)
    guard readers.count < FeedServer.mostReaders else {
      reader.take(Array((FeedLine.refusal(most: FeedServer.mostReaders) + "\n").utf8))
      return
    }
    // Counted first: what is published from now on is for this reader too.
    readers.append(reader)
    hub.readers.store(readers.count, ordering: .relaxed)
    reader.take(statusLine)
  }
}
