/// A fuzzer with a planted bug, three comparisons deep: it must be found, or the fuzzers see nothing.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCanary(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: start, count: count)
  if input.count > 3, input[0] == UInt8(ascii: "c"), input[1] == UInt8(ascii: "a"),
    input[2] == UInt8(ascii: "n")
  {
    fatalError("the canary sings")
  }
  return 0
}
