import Glibc
import Metering
import Synchronization

/// A socket address of any family, as the system calls take it.
struct SocketAddress: Sendable {
  let family: Int32
  private let octets: [UInt8]

  fileprivate init?(_ info: addrinfo) {
    guard let address = info.ai_addr else { return nil }
    family = info.ai_family
    octets = Array(UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
  }

  /// `connect(2)`; zero, or -1 and `errno`.
  func connect(_ socket: Int32) -> Int32 {
    octets.withUnsafeBytes { address in
      Glibc.connect(
        socket, address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
    }
  }
}

/// From a host's name to its addresses.
///
/// `getaddrinfo` can block for half a minute when the network is down and nothing ends it early, so a name is looked up
/// on a thread of its own, which is left behind if it takes too long. An address in digits needs no thread.
enum HostLookup {
  private static let limit = TimeSpan.seconds(10)

  static func addresses(of address: TCPAddress, unless stop: Stop) throws(InputError) -> [SocketAddress] {
    let answer: Answer
    let digits = query(address, flags: AI_NUMERICHOST)
    if case .found = digits { answer = digits } else { answer = try ask(address, unless: stop) }
    switch answer {
    case .found(let addresses): return addresses
    case .failed(let reason):
      throw InputError(
        .unknownHost, address.description, "the host \(address.host) is not known: \(reason)",
        advice: "check the name, or use the address in digits")
    }
  }

  private enum Answer: Sendable {
    case found([SocketAddress])
    case failed(String)
  }

  private static func query(_ address: TCPAddress, flags: Int32) -> Answer {
    var hints = addrinfo()
    hints.ai_flags = flags | AI_NUMERICSERV
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(address.host, String(address.port), &hints, &first)
    guard code == 0 else { return .failed(String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(first) }
    var addresses: [SocketAddress] = []
    var next = first
    while let info = next?.pointee {
      if let address = SocketAddress(info) { addresses.append(address) }
      next = info.ai_next
    }
    return .found(addresses)
  }

  /// One question, shared with the thread that answers it: whoever is last lets go of it.
  private final class Question: Sendable {
    let address: TCPAddress
    let answer = Mutex<Answer?>(nil)
    /// Becomes readable with the answer.
    let bell: WakePipe

    init(_ address: TCPAddress) throws(SystemError) {
      self.address = address
      bell = try WakePipe()
    }
  }

  private static func ask(_ address: TCPAddress, unless stop: Stop) throws(InputError) -> Answer {
    let question: Question
    do throws(SystemError) {
      question = try Question(address)
      try startThread(question)
    } catch {
      throw InputError(.system, address.description, "cannot look up the host: \(error)", advice: "free some memory")
    }
    switch stop.wait(for: question.bell.readEnd.number, upTo: limit) {
    case .ready: return question.answer.withLock { $0 } ?? .failed("no answer")
    case .timedOut: return .failed("no answer from the name server within \(limit.milliseconds / 1000) s")
    case .stopped: throw InputError(.stopped, address.description, "stopped while looking up the host")
    }
  }

  private static func startThread(_ question: Question) throws(SystemError) {
    let reference = Unmanaged.passRetained(question).toOpaque()
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, answerQuestion, reference)
    guard code == 0 else {
      Unmanaged<Question>.fromOpaque(reference).release()
      throw SystemError(code)
    }
    pthread_detach(thread)
  }

  /// The thread: owns its reference to the question.
  private static let answerQuestion: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    guard let reference = $0 else { return nil }
    let question = Unmanaged<Question>.fromOpaque(reference).takeRetainedValue()
    let answer = query(question.address, flags: 0)
    question.answer.withLock { $0 = answer }
    _ = try? question.bell.writeEnd.write([0])
    return nil
  }
}
