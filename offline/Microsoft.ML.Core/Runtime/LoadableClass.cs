using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>A loadable class and how to make it: a constructor or a static <c>Create</c>, the more visible of the two.</summary>
internal sealed class LoadableClass
{
    private const BindingFlags AnyVisibility = BindingFlags.Public | BindingFlags.NonPublic;

    private readonly MethodBase _maker;
    private readonly bool _wantsEnvironment;
    private readonly int _argumentCount;

    private LoadableClass(MethodBase maker, int argumentCount)
    {
        _maker = maker;
        _argumentCount = argumentCount;
        _wantsEnvironment = maker is not null && maker.GetParameters().Length > argumentCount;
    }

    public static LoadableClass Create(LoadableClassAttributeBase attribute, bool throwOnError)
    {
        var maker = FindMaker(attribute);
        if (maker is null && throwOnError && attribute.InstanceType != typeof(void))
        {
            throw Contracts.Except(
                $"Can't instantiate loadable class '{attribute.InstanceType.Name}' with name '{attribute.LoadNames[0]}'");
        }
        return new LoadableClass(maker, attribute.CtorTypes.Length);
    }

    public object Create(IHostEnvironment env, string name, object[] arguments)
    {
        if (arguments.Length != _argumentCount)
        {
            throw env.Except($"Wrong number of extra parameters for loadable class '{name}', "
                + $"need '{_argumentCount}', given '{arguments.Length}'");
        }
        if (_wantsEnvironment)
            arguments = [env, .. arguments];
        try
        {
            return _maker is ConstructorInfo constructor ? constructor.Invoke(arguments) : _maker.Invoke(null, arguments);
        }
        catch (TargetInvocationException ex) when (ex.InnerException is { } inner && inner.IsMarked())
        {
            throw Contracts.Except("Error during class instantiation", ex);
        }
    }

    private static MethodBase FindMaker(LoadableClassAttributeBase attribute)
    {
        Type[] plain = attribute.CtorTypes, withEnvironment = [typeof(IHostEnvironment), .. plain];
        ConstructorInfo constructor = null;
        if (attribute.InstanceType.IsAssignableFrom(attribute.LoaderType))
            constructor = FindConstructor(attribute.LoaderType, plain) ?? FindConstructor(attribute.LoaderType, withEnvironment);
        var create = FindCreate(attribute, plain) ?? FindCreate(attribute, withEnvironment);
        if (constructor is null || create is null)
            return (MethodBase)constructor ?? create;
        if (Visibility(constructor) == Visibility(create))
        {
            throw Contracts.Except($"Can't load type {attribute.InstanceType}, because it has both create and constructor "
                + "methods with the same visibility. Please indicate which one should be used by changing either the "
                + "signature or the visibility of one of them.");
        }
        return Visibility(constructor) > Visibility(create) ? constructor : create;
    }

    private static ConstructorInfo FindConstructor(Type type, Type[] parameters) =>
        type.GetConstructor(BindingFlags.Instance | AnyVisibility, null, parameters, null);

    private static MethodInfo FindCreate(LoadableClassAttributeBase attribute, Type[] parameters)
    {
        var method = attribute.LoaderType.GetMethod("Create", BindingFlags.Static | AnyVisibility, null, parameters, null);
        return method?.ReturnType == attribute.InstanceType ? method : null;
    }

    private static int Visibility(MethodBase method) => (method.Attributes & MethodAttributes.MemberAccessMask) switch
    {
        MethodAttributes.FamANDAssem => 0,
        MethodAttributes.Private => 1,
        MethodAttributes.Family => 2,
        MethodAttributes.FamORAssem => 3,
        MethodAttributes.Assembly => 4,
        _ => 5,
    };
}
