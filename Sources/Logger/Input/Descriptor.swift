import Glibc

/// An open file, port or socket with one owner: going out of scope closes it.
struct Descriptor: ~Copyable, Sendable {
  /// What the system calls want.
  let number: Int32

  /// Takes over a number that a system call has just returned.
  init(owning number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }

  /// Reads what is there into `buffer`, which keeps its size: into all of it, or into the elements of `range`.
  func read(into buffer: inout [UInt8], at range: Range<Int>? = nil) -> ReadOutcome {
    buffer.withUnsafeMutableBytes { octets in
      let room = UnsafeMutableRawBufferPointer(rebasing: octets[range ?? octets.indices])
      let count = Glibc.read(number, room.baseAddress, room.count)
      if count > 0 { return .octets(count) }
      if count == 0 { return .ended }
      let code = errno
      return code == EAGAIN || code == EINTR ? .nothing : .failed(SystemError(code))
    }
  }

  /// Writes from the front of `octets` with one system call; returns how many were taken.
  func write(_ octets: ArraySlice<UInt8>) throws(SystemError) -> Int {
    let count = octets.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw SystemError(errno) }
    return count
  }
}

/// What one read brought.
enum ReadOutcome: Hashable, Sendable {
  case octets(Int)
  /// Nothing at the moment; more may come.
  case nothing
  /// The other side has closed.
  case ended
  case failed(SystemError)
}

/// A pipe inside this process, both ends closed on exec and never blocking.
struct WakePipe: ~Copyable, Sendable {
  let readEnd: Descriptor
  let writeEnd: Descriptor

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SystemError(errno) }
    readEnd = Descriptor(owning: ends[0])
    writeEnd = Descriptor(owning: ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }
}

/// The error number of a failed system call; prints the system's words for it.
struct SystemError: Error, Hashable, CustomStringConvertible {
  let code: Int32

  init(_ code: Int32) {
    self.code = code
  }

  /// `no such file or directory`
  var description: String {
    let words = String(cString: strerror(code))
    // `Is a directory` reads on inside a sentence; `RPC ...` stays as it is.
    guard let first = words.first, words.dropFirst().first?.isLowercase == true else { return words }
    return first.lowercased() + words.dropFirst()
  }
}
