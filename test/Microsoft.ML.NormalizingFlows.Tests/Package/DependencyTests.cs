using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Microsoft.ML.NormalizingFlows.Tests.Package;

/// <summary>
/// What the compiled assembly uses of itself, folder by folder: a folder knows those below it alone. The folder of a type is that of
/// the source file that its methods name, since public types of all folders share one namespace.
/// </summary>
public sealed class DependencyTests
{
    private const string Source = "/src/Microsoft.ML.NormalizingFlows/";

    /// <summary>From the bottom up; those of one line do not know each other.</summary>
    private static readonly string[][] Floors =
    [
        ["Numerics"], ["Model"], ["Persistence"], ["Onnx"], ["Managed"], ["Training"], ["DataView"], ["Density"],
        ["Quality"], ["Anomaly", "Clustering", "Images", "Synthesis"], ["Catalog"],
    ];

    [Fact]
    public void A_folder_uses_only_those_below_it()
    {
        var folders = new Dictionary<string, string>();
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(
            typeof(NormalizingVariationalFlowTransformer).Assembly.Location, new ReaderParameters { ReadSymbols = true });
        var types = assembly.MainModule.GetAllTypes().ToList();
        foreach (TypeDefinition type in types)
        {
            if (FolderOf(type) is { } folder)
                folders[Outermost(type).FullName] = folder;
        }
        Assert.Equal(Floors.SelectMany(floor => floor).Order(), folders.Values.Distinct().Order());

        var upward = (from type in types
            let user = folders.GetValueOrDefault(Outermost(type).FullName)
            where user is not null
            from used in Used(type)
            let name = Outermost(used).FullName
            let folder = folders.GetValueOrDefault(name)
            where folder is not null && folder != user && Floor(folder) >= Floor(user)
            select $"{user} uses {folder}: {Outermost(type).Name} uses {name}").Distinct().ToList();
        Assert.True(upward.Count == 0, string.Join('\n', upward));
    }

    [Fact]
    public void The_main_assembly_knows_nothing_of_TorchSharp_nor_of_ScottPlot() =>
        Assert.DoesNotContain(
            typeof(NormalizingVariationalFlowTransformer).Assembly.GetReferencedAssemblies(),
            name => name.Name is "TorchSharp" or "ScottPlot");

    private static int Floor(string folder) => Array.FindIndex(Floors, floor => floor.Contains(folder));

    private static string? FolderOf(TypeDefinition type) =>
        type.Methods.SelectMany(method => method.DebugInformation.SequencePoints)
            .Select(point => point.Document.Url.Replace('\\', '/'))
            .Where(file => file.Contains(Source, StringComparison.Ordinal))
            .Select(file => file[(file.IndexOf(Source, StringComparison.Ordinal) + Source.Length)..].Split('/'))
            .FirstOrDefault(path => path.Length > 1)?[0];

    private static TypeReference Outermost(TypeReference type)
    {
        type = type.GetElementType();
        return type.DeclaringType is { } outer ? Outermost(outer) : type;
    }

    private static IEnumerable<TypeReference> Used(TypeDefinition type) =>
        Mentioned(type).SelectMany(Parts).Where(used => used.Scope == type.Module);

    private static IEnumerable<TypeReference?> Mentioned(TypeDefinition type)
    {
        yield return type.BaseType;
        foreach (InterfaceImplementation one in type.Interfaces)
        {
            yield return one.InterfaceType;
        }
        foreach (FieldDefinition field in type.Fields)
        {
            yield return field.FieldType;
        }
        foreach (MethodDefinition method in type.Methods)
        {
            yield return method.ReturnType;
            foreach (ParameterDefinition parameter in method.Parameters)
            {
                yield return parameter.ParameterType;
            }
            if (!method.HasBody)
                continue;
            foreach (VariableDefinition variable in method.Body.Variables)
            {
                yield return variable.VariableType;
            }
            foreach (Instruction instruction in method.Body.Instructions)
            {
                yield return instruction.Operand switch
                {
                    TypeReference reference => reference,
                    MemberReference member => member.DeclaringType,
                    _ => null,
                };
            }
        }
    }

    /// <summary>A type and the arguments of a generic one, of an array the elements' type.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification wrapped => Parts(wrapped.ElementType),
        _ => [type],
    };
}
