import Glibc
import Synchronization

/// A thread of the program, which ends when its work does.
final class Thread: Sendable {
  private let work: Mutex<(@Sendable () -> Void)?>
  private let finished = Atomic<Bool>(false)

  /// Starts `work` on a thread of its own. Errors: no thread is to be had.
  init(_ work: @escaping @Sendable () -> Void) throws(SystemError) {
    self.work = Mutex(work)
    let reference = Unmanaged.passRetained(self)
    var number = pthread_t()
    let code = pthread_create(&number, nil, { Thread.run($0) }, reference.toOpaque())
    guard code == 0 else {
      reference.release()
      throw SystemError(code)
    }
    pthread_detach(number)
  }

  var isFinished: Bool { finished.load(ordering: .acquiring) }

  private static func run(_ reference: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let reference else { return nil }
    let thread = Unmanaged<Thread>.fromOpaque(reference).takeRetainedValue()
    let work = thread.work.withLock { work in
      defer { work = nil }
      return work
    }
    work?()
    thread.finished.store(true, ordering: .releasing)
    return nil
  }
}
