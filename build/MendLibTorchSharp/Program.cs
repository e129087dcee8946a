using System.Runtime.InteropServices;
using MendLibTorchSharp;

// MendLibTorchSharp LIBRARY COPY
// Writes COPY, a LIBRARY that loads on this machine. TorchSharp's native library is linked with GCC 13 and names a version of the C++
// library that older systems lack (Debian 12, Ubuntu 22.04). All that it takes from that version is a marker that is never called: where
// the system has none, the copy asks for both weakly, and the loader lets them be absent. Two bytes differ.
const string Marker = "_ZSt21ios_base_library_initv", MarkerVersion = "GLIBCXX_3.4.32";
if (args.Length != 2)
{
    Console.Error.WriteLine("MendLibTorchSharp: error : usage: MendLibTorchSharp LIBRARY COPY");
    return 2;
}

byte[] image = File.ReadAllBytes(args[0]);
bool isPresent = NativeLibrary.TryLoad("libstdc++.so.6", out nint library) && NativeLibrary.TryGetExport(library, Marker, out _);
var file = new SharedLibrary(image);
if (!isPresent && !(file.IsElf64 && file.WeakenSymbol(Marker) && file.WeakenVersion(MarkerVersion)))
{
    Console.Error.WriteLine($"{args[0]}: error MEND001: it does not need {Marker} of {MarkerVersion}: TorchSharp has changed, and build/LibTorch.targets with it");
    return 1;
}

// Not written into: the copy may be a link to the original.
string copy = args[1] + ".new";
File.WriteAllBytes(copy, image);
File.Move(copy, args[1], overwrite: true);
return 0;
